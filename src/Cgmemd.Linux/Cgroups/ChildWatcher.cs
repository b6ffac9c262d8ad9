using System.Buffers.Binary;
using System.Text;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>
/// Tells when child cgroups come and go, through one inotify descriptor: readable in epoll when something happened.
/// </summary>
/// <remarks>
/// Kernels 6.1 and 6.12 send no IN_IGNORED when a watched cgroup is removed, so its watch would leak: whoever lets go
/// of a cgroup calls <see cref="Remove"/>.
/// </remarks>
public sealed class ChildWatcher : IDisposable
{
    private readonly FileDescriptor _inotify;
    private readonly Dictionary<int, ulong> _ids = [];
    private readonly Dictionary<ulong, int> _watches = [];

    private ChildWatcher(FileDescriptor inotify) => _inotify = inotify;

    /// <summary>For epoll with EPOLLIN.</summary>
    public int Descriptor => _inotify.Number;

    /// <summary>How many cgroups are watched.</summary>
    public int Count => _watches.Count;

    /// <summary>Makes a watcher; fails when the user's inotify instances are used up (EMFILE).</summary>
    public static ReadStatus TryCreate(out ChildWatcher? watcher, out Errno errno)
    {
        FileDescriptor inotify = LibC.inotify_init1(LibC.IN_NONBLOCK | LibC.IN_CLOEXEC);
        errno = inotify.IsInvalid ? Errnos.Last : Errno.None;
        watcher = errno is Errno.None ? new ChildWatcher(inotify) : null;
        return errno.ToReadStatus();
    }

    /// <summary>Watches a cgroup's children. Failed with ENOSPC when the user's watches are used up.</summary>
    public ReadStatus Add(string root, Cgroup cgroup, out Errno errno)
    {
        errno = Errno.None;
        if (_watches.ContainsKey(cgroup.Id))
            return ReadStatus.Ok;
        byte[] path = Encoding.UTF8.GetBytes(root + cgroup.Path + "\0");
        int watch = LibC.inotify_add_watch(_inotify, path, LibC.IN_CREATE | LibC.IN_DELETE | LibC.IN_ONLYDIR);
        if (watch < 0)
        {
            errno = Errnos.Last;
            return errno.ToReadStatus();
        }

        _ids[watch] = cgroup.Id;
        _watches[cgroup.Id] = watch;
        return ReadStatus.Ok;
    }

    /// <summary>Stops watching a cgroup, gone or not.</summary>
    /// <param name="id">Its <see cref="Cgroup.Id"/>.</param>
    public void Remove(ulong id)
    {
        if (!_watches.Remove(id, out int watch))
            return;
        _ids.Remove(watch);
        _ = LibC.inotify_rm_watch(_inotify, watch); // EINVAL: the kernel has removed it itself
    }

    /// <summary>
    /// Takes all events and adds the ids of the cgroups whose children changed, each once; all of them when the
    /// kernel's queue overflowed.
    /// </summary>
    public unsafe void Drain(List<ulong> changed)
    {
        Span<byte> buffer = stackalloc byte[8192];
        while (true)
        {
            nint count;
            fixed (byte* start = buffer)
                count = LibC.read(_inotify, start, buffer.Length);
            if (count <= 0)
                return; // EAGAIN: drained
            Take(buffer[..(int)count], changed);
        }
    }

    public void Dispose() => _inotify.Dispose();

    // struct inotify_event: s32 wd, u32 mask, u32 cookie, u32 len, char name[len]
    private void Take(ReadOnlySpan<byte> events, List<ulong> changed)
    {
        while (events.Length >= 16)
        {
            int watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            uint mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            int nameLength = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            events = events[(16 + nameLength)..];
            if ((mask & LibC.IN_Q_OVERFLOW) != 0)
                AddAll(changed);
            else if ((mask & LibC.IN_IGNORED) != 0)
                Forget(watch);
            else if ((mask & LibC.IN_ISDIR) != 0 && _ids.TryGetValue(watch, out ulong id) && !changed.Contains(id))
                changed.Add(id);
        }
    }

    private void AddAll(List<ulong> changed)
    {
        changed.Clear();
        changed.AddRange(_watches.Keys);
    }

    private void Forget(int watch)
    {
        if (_ids.Remove(watch, out ulong id))
            _watches.Remove(id);
    }
}
