using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Varlink;

/// <summary>The server could not be reached or did not answer.</summary>
public sealed class VarlinkException : IOException
{
    public VarlinkException(string path, string reason)
        : base($"{path}: {reason}")
    {
    }

    public VarlinkException(string path, int errno)
        : base($"{path}: {Reason(errno)}") => Errno = errno;

    /// <summary>The errno of the call that failed; 0 where none did.</summary>
    public int Errno { get; }

    /// <summary>Whether the caller may not connect at all.</summary>
    public bool IsDenied => Errno is UnixSocket.EACCES or UnixSocket.EPERM;

    // SO_RCVTIMEO and SO_SNDTIMEO run out with EAGAIN: socket(7).
    private static string Reason(int errno) =>
        errno == UnixSocket.EAGAIN ? "no answer in time" : UnixSocket.Text(errno);
}
