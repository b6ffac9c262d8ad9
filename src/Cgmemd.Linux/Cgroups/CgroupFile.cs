using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>
/// One file of a cgroup, opened on first use and kept. A file that this kernel lacks is remembered as such.
/// </summary>
internal struct CgroupFile : IDisposable
{
    private FileDescriptor? _descriptor;
    private bool _notSupported;

    /// <summary>The kept descriptor; null before the first read.</summary>
    internal readonly FileDescriptor? Descriptor => _descriptor;

    /// <summary>
    /// Reads the file whole, given the cgroup's O_PATH descriptor and the file's NUL-terminated name. The text is valid
    /// until the next read on this thread.
    /// </summary>
    internal ReadStatus Read(
        FileDescriptor directory, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text, out Errno errno)
    {
        text = default;
        ReadStatus status = Open(directory, name, out errno);
        if (status is not ReadStatus.Ok)
            return status;
        errno = ReadBuffer.Read(_descriptor!, out text);
        status = errno.ToReadStatus();
        // psi_show() fails with EOPNOTSUPP when PSI is off.
        _notSupported = status is ReadStatus.NotSupported;
        return status;
    }

    /// <summary>Opens the file unless it is open.</summary>
    internal ReadStatus Open(FileDescriptor directory, ReadOnlySpan<byte> name, out Errno errno)
    {
        errno = Errno.None;
        if (_notSupported)
            return ReadStatus.NotSupported;
        if (_descriptor is not null)
            return ReadStatus.Ok;
        // No handle before there is something to hold: a cgroup without the memory controller is asked at every read.
        int opened = LibC.OpenRead(directory.Number, name);
        if (opened >= 0)
        {
            _descriptor = FileDescriptor.Own(opened);
            return ReadStatus.Ok;
        }

        errno = Errnos.Last;
        ReadStatus status = CgroupDirectory.StatusOfMissing(directory, errno);
        _notSupported = status is ReadStatus.NotSupported;
        return status;
    }

    /// <summary>Tries again at the next read, for a controller may have been enabled since.</summary>
    internal void ForgetNotSupported() => _notSupported = false;

    public void Dispose()
    {
        _descriptor?.Dispose();
        _descriptor = null;
    }
}
