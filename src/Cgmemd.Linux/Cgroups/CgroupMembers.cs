using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>A cgroup by its path and its id: another one under the same path is not it.</summary>
/// <param name="path">Below the mount, with a leading slash.</param>
/// <param name="id">The inode of its directory.</param>
public sealed class CgroupName(string path, ulong id)
{
    public string Path { get; } = path;

    public ulong Id { get; } = id;

    /// <summary>NUL-terminated, to open below the mount.</summary>
    internal byte[] Relative { get; } = Encoding.UTF8.GetBytes(path.Length == 1 ? ".\0" : path[1..] + "\0");
}

/// <summary>A process and the cgroup it is in.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Cgroup">The path below the mount: that of the cgroup asked for, or of one below it.</param>
public readonly record struct CgroupMember(int Pid, string Cgroup);

/// <summary>
/// Lists the processes of cgroups with the cgroup each is in, without keeping any of them open. In the steady state it
/// allocates nothing: paths are remembered by the cgroups' ids. For one thread.
/// </summary>
public sealed class CgroupMembers : IDisposable
{
    /// <summary>More processes of one cgroup than this are counted and not listed.</summary>
    public const int MaxMembers = 20_000;

    private const int MaxCgroups = 1_000;
    private const int MaxPaths = 8_192;
    private const int MaxPathCharacters = 2 << 20; // whoever has a delegated cgroup chooses names of up to 255 bytes
    private const int EntriesSize = 2_048; // a buffer for every level; a name is at most 255 bytes

    private readonly FileDescriptor _root;
    private readonly Dictionary<ulong, string> _paths = [];
    private readonly List<int> _pids = [];
    private int _pathCharacters;

    /// <param name="root">Where cgroup v2 is mounted.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public CgroupMembers(string root)
    {
        _root = LibC.openat(
            LibC.AT_FDCWD, Encoding.UTF8.GetBytes(root + "\0"), LibC.O_PATH | LibC.O_CLOEXEC);
        if (_root.IsInvalid)
            throw new IOException($"{root}: {Errnos.Text(Errnos.Last)}");
    }

    /// <summary>Adds the processes of a cgroup and of all below it.</summary>
    /// <param name="cgroup">Which.</param>
    /// <param name="members">Unordered; one that moves meanwhile may come twice. Not cleared before.</param>
    /// <param name="unlisted">How many did not fit.</param>
    /// <returns>Vanished also where another cgroup is at its path.</returns>
    public ReadStatus Read(CgroupName cgroup, List<CgroupMember> members, out int unlisted)
    {
        unlisted = 0;
        int directory = LibC.OpenRead(_root.Number, cgroup.Relative);
        if (directory < 0)
            return Errnos.Last.ToReadStatus();
        if (_paths.Count > MaxPaths || _pathCharacters > MaxPathCharacters)
        {
            _paths.Clear();
            _pathCharacters = 0;
        }

        int left = MaxCgroups;
        ReadStatus status = LibC.InodeOf(directory) == cgroup.Id
            ? ReadOne(directory, cgroup.Path, members, ref unlisted)
            : ReadStatus.Vanished;
        // A threaded cgroup's processes are listed by its domain; there may still be cgroups below.
        if (status is ReadStatus.Ok or ReadStatus.NotSupported)
            ReadBelow(directory, cgroup.Path, CgroupTree.MaximumDepth, ref left, members, ref unlisted);
        LibC.close(directory);
        return status is ReadStatus.NotSupported ? ReadStatus.Ok : status;
    }

    public void Dispose() => _root.Dispose();

    private void ReadBelow(
        int directory, string path, int depth, ref int left, List<CgroupMember> members, ref int unlisted)
    {
        Span<byte> buffer = stackalloc byte[EntriesSize];
        while (LibC.ReadEntries(directory, buffer) is > 0 and var count)
        {
            var entries = new DirectoryEntries(buffer[..(int)count]);
            while (entries.TryTakeDirectory(out ReadOnlySpan<byte> name, out ulong inode))
            {
                if (left-- <= 0)
                    return;
                int child = LibC.OpenRead(directory, name);
                if (child < 0)
                    continue;
                string childPath = PathOf(inode, path, name[..^1]);
                _ = ReadOne(child, childPath, members, ref unlisted);
                if (depth > 1)
                    ReadBelow(child, childPath, depth - 1, ref left, members, ref unlisted);
                LibC.close(child);
            }
        }
    }

    private ReadStatus ReadOne(int directory, string path, List<CgroupMember> members, ref int unlisted)
    {
        _pids.Clear();
        Errno errno = ReadBuffer.Read(directory, "cgroup.procs"u8, out ReadOnlySpan<byte> text);
        if (errno is not Errno.None)
            return errno.ToReadStatus();
        bool isWellFormed = CgroupProcs.TryParse(text, _pids);
        foreach (int pid in _pids)
        {
            if (members.Count < MaxMembers)
                members.Add(new CgroupMember(pid, path));
            else
                unlisted++;
        }

        // A unit may fork without end, and the memory for the list is ours.
        if (_pids.Capacity > 2 * MaxMembers)
        {
            _pids.Clear();
            _pids.Capacity = 0;
        }

        return isWellFormed ? ReadStatus.Ok : ReadStatus.Failed;
    }

    private string PathOf(ulong inode, string parent, ReadOnlySpan<byte> name)
    {
        if (!_paths.TryGetValue(inode, out string? path))
        {
            _paths[inode] = path = (parent.Length == 1 ? "/" : parent + "/") + Encoding.UTF8.GetString(name);
            _pathCharacters += path.Length;
        }

        return path;
    }
}
