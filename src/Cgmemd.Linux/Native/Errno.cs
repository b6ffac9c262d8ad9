using System.Runtime.InteropServices;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Native;

/// <summary>The error numbers we tell apart; any other value may come too. The same on x86-64 and arm64.</summary>
/// <remarks>Source: include/uapi/asm-generic/errno-base.h, errno.h.</remarks>
public enum Errno
{
    None = 0,
    EPERM = 1,
    ENOENT = 2,
    ESRCH = 3,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    EBADF = 9,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EBUSY = 16,
    EEXIST = 17,
    ENODEV = 19,
    ENOTDIR = 20,
    EINVAL = 22,
    ENFILE = 23,
    EMFILE = 24,
    EFBIG = 27,
    ENOSPC = 28,
    EROFS = 30,
    ERANGE = 34,
    ENAMETOOLONG = 36,
    ELOOP = 40,
    ENODATA = 61,
    EBADMSG = 74,
    EOPNOTSUPP = 95,
    EADDRINUSE = 98,
    ECONNREFUSED = 111,
}

/// <summary>What an error number means.</summary>
public static class Errnos
{
    /// <summary>The text of strerror(3), such as <c>No such file or directory</c>.</summary>
    public static string Text(this Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);

    /// <summary>
    /// What an error means of a kernel file: gone, not offered (EOPNOTSUPP: PSI is off, or a threaded cgroup), or
    /// failed.
    /// </summary>
    public static ReadStatus ToReadStatus(this Errno errno) => errno switch
    {
        Errno.None => ReadStatus.Ok,
        Errno.ENOENT or Errno.ENODEV or Errno.ESRCH => ReadStatus.Vanished,
        Errno.EOPNOTSUPP => ReadStatus.NotSupported,
        _ => ReadStatus.Failed,
    };

    /// <summary>The errno of the call just made.</summary>
    internal static Errno Last => (Errno)Marshal.GetLastPInvokeError();
}
