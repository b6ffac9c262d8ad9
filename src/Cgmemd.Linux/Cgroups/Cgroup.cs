using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>
/// A cgroup of the v2 hierarchy, with its files kept open: a read is one pread each and allocates nothing. It stays
/// the same cgroup when another is made under its path; once it is removed every read is
/// <see cref="ReadStatus.Vanished"/>. For one thread.
/// </summary>
/// <remarks>
/// Source: Documentation/admin-guide/cgroup-v2.rst. ENODEV from a removed cgroup: kernfs_get_active().
/// </remarks>
public sealed partial class Cgroup : IDisposable
{
    private readonly FileDescriptor _directory;
    private readonly bool _isKernel;
    private CgroupFile _current, _peak, _swapCurrent, _swapPeak, _stat, _events, _eventsLocal, _pressure, _pids;
    private bool _hadCurrent;

    private Cgroup(string path, FileDescriptor directory, ulong id)
    {
        Path = path;
        Id = id;
        int slash = path.LastIndexOf('/');
        ParentPath = path.Length == 1 ? null : slash == 0 ? "/" : path[..slash];
        _directory = directory;
        _isKernel = CgroupDirectory.IsKernel(directory);
    }

    /// <summary>The cgroup id: the inode of its directory, unique while the host runs.</summary>
    public ulong Id { get; }

    /// <summary>
    /// Where it was when it was opened, below the mount: <c>/system.slice/a.service</c>, or <c>/</c>.
    /// </summary>
    public string Path { get; }

    /// <summary>The path of its parent, null for the root.</summary>
    public string? ParentPath { get; }

    /// <summary>
    /// The error of the last read that did not come out Ok; <see cref="Errno.None"/> for malformed text.
    /// </summary>
    public Errno LastErrno { get; private set; }

    /// <summary>
    /// The file that <see cref="Read"/> last could not read or parse although it is there; null if none.
    /// </summary>
    public string? FailedFile { get; private set; }

    /// <summary>Opens a cgroup.</summary>
    /// <param name="root">Where cgroup v2 is mounted, such as <c>/sys/fs/cgroup</c>.</param>
    /// <param name="path">Below the mount, with a leading slash and no trailing one; <c>/</c> is the root.</param>
    /// <param name="cgroup">Null unless Ok.</param>
    public static ReadStatus TryOpen(string root, string path, out Cgroup? cgroup) =>
        TryOpen(root, path, out cgroup, out _);

    /// <inheritdoc cref="TryOpen(string, string, out Cgroup?)"/>
    public static ReadStatus TryOpen(string root, string path, out Cgroup? cgroup, out Errno errno)
    {
        ReadStatus status = CgroupDirectory.TryOpen(root, path, out FileDescriptor? directory, out ulong id, out errno);
        cgroup = status is ReadStatus.Ok ? new Cgroup(path, directory!, id) : null;
        return status;
    }

    /// <summary>memory.current in bytes: the fast path, one system call.</summary>
    public ReadStatus ReadCurrent(out ulong bytes)
    {
        bytes = 0;
        ReadStatus status = _current.Read(_directory, "memory.current"u8, out ReadOnlySpan<byte> text, out Errno errno);
        if (status is ReadStatus.Ok && !SingleValue.TryParse(text, out bytes))
            status = ReadStatus.Failed;
        if (status is not ReadStatus.Ok)
            LastErrno = errno;
        if (status is ReadStatus.NotSupported)
            _current.ForgetNotSupported();
        else if (status is ReadStatus.Ok)
            _intervalPeak.Observe(bytes);
        return status;
    }

    /// <summary>The file whose EPOLLPRI tells of a change in memory.events; a read of the sample re-arms it.</summary>
    /// <remarks>
    /// The cgroup's own descriptor: do not close it. -1 with the status saying why when there is none.
    /// </remarks>
    public ReadStatus TryGetEventsFd(out int descriptor) =>
        TryGetDescriptor(ref _events, "memory.events"u8, out descriptor);

    /// <summary>As <see cref="TryGetEventsFd"/>, for memory.events.local: this cgroup without its children.</summary>
    public ReadStatus TryGetEventsLocalFd(out int descriptor) =>
        TryGetDescriptor(ref _eventsLocal, "memory.events.local"u8, out descriptor);

    /// <summary>memory.events.local high alone; null where it cannot be read.</summary>
    public ulong? ReadEventsLocalHigh()
    {
        var sample = default(Sample);
        return ReadText(ref _eventsLocal, "memory.events.local"u8, ParseEventsLocal, ref sample)
            ? sample[Metric.EventsLocalHigh]
            : null;
    }

    /// <summary>Whether the cgroup at this path is still this one.</summary>
    /// <param name="root">As at opening.</param>
    public bool IsStillAt(string root)
    {
        ReadStatus status = CgroupDirectory.TryOpen(root, Path, out FileDescriptor? directory, out ulong id, out _);
        directory?.Dispose();
        return status is ReadStatus.Ok && id == Id;
    }

    public void Dispose()
    {
        _current.Dispose();
        _peak.Dispose();
        _swapCurrent.Dispose();
        _swapPeak.Dispose();
        _stat.Dispose();
        _events.Dispose();
        _eventsLocal.Dispose();
        _pressure.Dispose();
        _pids.Dispose();
        _resettablePeak?.Dispose();
        _pressureTrigger?.Dispose();
        _directory.Dispose();
    }

    private ReadStatus TryGetDescriptor(ref CgroupFile file, ReadOnlySpan<byte> name, out int descriptor)
    {
        ReadStatus status = file.Open(_directory, name, out Errno errno);
        descriptor = status is ReadStatus.Ok ? file.Descriptor!.Number : -1;
        if (status is not ReadStatus.Ok)
            LastErrno = errno;
        return status;
    }
}
