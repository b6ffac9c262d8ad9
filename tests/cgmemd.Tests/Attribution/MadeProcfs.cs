using System.Diagnostics;
using System.Globalization;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>A procfs in which a test says what a process tells of itself.</summary>
internal sealed class MadeProcfs : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;

    public string Rollup(int pid) => $"{Root}/{pid}/smaps_rollup";

    /// <param name="pid">Its pid.</param>
    /// <param name="startTicks">When it started.</param>
    /// <param name="residentPages">What statm tells.</param>
    /// <param name="rollupKilobytes">What smaps_rollup tells; null for a file that is left as it is.</param>
    public void Write(int pid, int startTicks, int residentPages, int? rollupKilobytes)
    {
        Directory.CreateDirectory($"{Root}/{pid}");
        File.WriteAllText(
            $"{Root}/{pid}/stat",
            string.Create(CultureInfo.InvariantCulture,
                $"{pid} (made) S 1 {pid} {pid} 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 {startTicks} 1 1 1 1\n"));
        File.WriteAllText($"{Root}/{pid}/statm", $"{residentPages * 2} {residentPages} 10 1 0 1 0\n");
        if (rollupKilobytes is { } size)
        {
            File.WriteAllText(
                Rollup(pid),
                "55d0c3a5e000-7ffd1c5f9000 ---p 00000000 00:00 0 [rollup]\n"
                + $"Rss: {size} kB\nPss: {size} kB\nPss_Anon: {size} kB\nPss_File: 0 kB\nPss_Shmem: 0 kB\n");
        }
    }

    /// <summary>Says where a process, which is written, comes from and is.</summary>
    public void Move(int pid, int startTicks, string cgroup, int parent = 1, string environment = "")
    {
        File.WriteAllText(
            $"{Root}/{pid}/stat",
            string.Create(CultureInfo.InvariantCulture,
                $"{pid} (made) S {parent} {pid} {pid} 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 {startTicks} 1 1 1 1\n"));
        File.WriteAllText($"{Root}/{pid}/cgroup", $"0::{cgroup}\n");
        File.WriteAllText($"{Root}/{pid}/environ", environment);
    }

    /// <summary>Says what a process, which is written, tells of its memory in status.</summary>
    public void WriteStatus(int pid, int residentKilobytes) => File.WriteAllText(
        $"{Root}/{pid}/status", $"Name:\tmade\nVmRSS:\t{residentKilobytes} kB\nThreads:\t1\n");

    /// <summary>
    /// Whoever reads a file of a process waits from now on: who opens a pipe waits for somebody who writes to it, as
    /// who reads the mappings waits for their lock.
    /// </summary>
    public void Block(string file)
    {
        File.Delete(file);
        using var mkfifo = Process.Start("mkfifo", file);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }

    /// <summary>Who waits reads nothing; who comes now finds no such file.</summary>
    public void Release(string file)
    {
        File.Move(file, file + ".was");
        // Opened for both, a pipe waits for nobody.
        new FileStream(file + ".was", FileMode.Open, FileAccess.ReadWrite).Dispose();
        File.Delete(file + ".was");
    }

    /// <summary>Lets a process exit.</summary>
    public void Remove(int pid) => Directory.Delete($"{Root}/{pid}", recursive: true);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
