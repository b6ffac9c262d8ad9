using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Varlink;

/// <summary>The server could not be reached or did not answer.</summary>
public sealed class VarlinkException : IOException
{
    public VarlinkException(string path, string reason)
        : base($"{path}: {reason}")
    {
    }

    public VarlinkException(string path, Errno errno)
        : base($"{path}: {Reason(errno)}") => Errno = errno;

    /// <summary>Of the call that failed; None where none did.</summary>
    public Errno Errno { get; }

    /// <summary>Whether the caller may not connect at all.</summary>
    public bool IsDenied => Errno is Errno.EACCES or Errno.EPERM;

    // SO_RCVTIMEO and SO_SNDTIMEO run out with EAGAIN: socket(7).
    private static string Reason(Errno errno) =>
        errno == Errno.EAGAIN ? "no answer in time" : errno.Text();
}
