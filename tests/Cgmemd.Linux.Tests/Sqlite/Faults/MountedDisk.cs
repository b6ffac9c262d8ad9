using System.Diagnostics;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>A small ext4 of its own on a loop device.</summary>
internal sealed class MountedDisk : IDisposable
{
    private static readonly Lazy<string?> Obstacle = new(Try);

    private readonly ScratchDirectory _scratch = new();
    private readonly string _device;

    public MountedDisk(int mebibytes)
    {
        string image = _scratch.PathOf("image");
        Root = _scratch.PathOf("mount");
        Directory.CreateDirectory(Root);
        using (FileStream file = File.Create(image))
            file.SetLength((long)mebibytes << 20);
        Run("mkfs.ext4", "-q", "-F", "-m", "0", image);
        _device = Run("losetup", "--find", "--show", image).Trim();
        // Below it nothing can be written while it is not there.
        Run("mount", "-t", "tmpfs", "-o", "ro", "none", Root);
        Run("mount", "-o", "errors=remount-ro", _device, Root);
    }

    /// <summary>Why there can be none, or null.</summary>
    public static string? Lacking => Obstacle.Value;

    public string Root { get; }

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Fills it to the last byte; what was taken is given back by deleting the file.</summary>
    public string Fill()
    {
        string filler = PathOf("filler");
        using FileStream file = File.Create(filler);
        foreach (int size in (int[])[1 << 20, 1 << 16, 1 << 12])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                    file.Flush(flushToDisk: true);
                }
            }
            catch (IOException)
            {
                // No room for one of this size.
            }
        }

        return filler;
    }

    /// <summary>Has the kernel find an error in it, upon which it becomes read-only.</summary>
    public void Break()
    {
        string trigger = $"/sys/fs/ext4/{Path.GetFileName(_device)}/trigger_fs_error";
        File.WriteAllText(trigger, "a test");
    }

    public void Mend()
    {
        Run("umount", "-l", Root);
        Run("fsck.ext4", "-p", "-f", _device);
        Run("mount", "-o", "errors=remount-ro", _device, Root);
    }

    /// <summary>Runs a program; its output.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd(), errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        // fsck tells by 1 that it mended something.
        if (process.ExitCode > (program.StartsWith("fsck", StringComparison.Ordinal) ? 1 : 0))
            throw new IOException($"{program} {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    public void Dispose()
    {
        Run("umount", "-l", Root);
        Run("umount", "-l", Root);
        Run("losetup", "--detach", _device);
        _scratch.Dispose();
    }

    private static string? Try()
    {
        if (!Environment.IsPrivilegedProcess)
            return "to mount takes root";
        try
        {
            using var disk = new MountedDisk(4);
            return null;
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
    }
}

/// <summary>A test that needs a disk of its own; skipped, with the reason, where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountedDiskFactAttribute : FactAttribute
{
    public MountedDiskFactAttribute()
    {
        if (MountedDisk.Lacking is { } lacking)
            Skip = $"cannot mount a disk here: {lacking}";
    }
}
