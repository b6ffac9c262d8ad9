using System.Runtime.InteropServices;
using System.Text;

namespace Cgmemd.Linux.Tests.Cgroups;

/// <summary>A copy of a kernel's fixture tree that a test may change.</summary>
internal sealed class FixtureTree : IDisposable
{
    internal FixtureTree(string kernel = "6.12")
    {
        Root = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;
        string source = Path.Combine(RepositoryRoot(), "tests/fixtures/cgroup", kernel);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Root, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    internal string Root { get; }

    /// <summary>Makes another cgroup, with the files of one that is there; without what lies below that.</summary>
    internal void Copy(string path, string copy)
    {
        Directory.CreateDirectory(Root + copy);
        foreach (string file in Directory.EnumerateFiles(Root + path))
            File.Copy(file, Path.Combine(Root + copy, Path.GetFileName(file)));
    }

    internal void Write(string path, string text) => File.WriteAllText(Root + path, text);

    /// <summary>Does as systemd-oomd does to a cgroup it kills; the file system must take user attributes.</summary>
    internal void CountOomdKills(string path, string count) => Assert.Equal(0, SetAttribute(
        Encoding.UTF8.GetBytes(Root + path + "\0"), "user.oomd_ooms\0"u8.ToArray(), Encoding.UTF8.GetBytes(count),
        count.Length, 0));

    [DllImport("libc", EntryPoint = "setxattr")]
    private static extern int SetAttribute(byte[] path, byte[] name, byte[] value, nint size, int flags);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string RepositoryRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "cgmemd.sln")))
            at = Path.GetDirectoryName(at);
        return at ?? throw new DirectoryNotFoundException("cgmemd.sln is in no parent of " + AppContext.BaseDirectory);
    }
}
