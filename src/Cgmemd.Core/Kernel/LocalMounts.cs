using System.Text;

namespace Cgmemd.Core.Kernel;

/// <summary>
/// Which files of a mount namespace can be looked at without waiting for somebody: those of file systems that are known
/// to be in memory or on a block device. A server or a process that does not answer holds whoever asks it anything of a
/// file, for ever and beyond any signal; so that must be known before, from mountinfo alone.
/// </summary>
public sealed class LocalMounts
{
    // Whatever is not named is taken for remote: a new or rare file system costs a version that is not shown.
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "rootfs", "ramfs", "tmpfs", "devtmpfs", "hugetlbfs", "overlay", "squashfs", "erofs", "ext2", "ext3", "ext4",
        "xfs", "btrfs", "bcachefs", "f2fs", "zfs", "jfs", "nilfs2", "reiserfs", "udf", "iso9660", "vfat", "exfat",
        "ntfs3",
    };

    private readonly HashSet<ulong> _devices = [];
    private readonly HashSet<ulong> _others = [];
    private readonly List<string> _remote = [];
    private bool _hasRoot;

    // 26 31 0:24 / /run rw,nosuid,nodev,noexec shared:5 - tmpfs tmpfs rw,size=2465120k,mode=755
    // 81 31 0:52 / /srv/my\040data rw,relatime - fuse.sshfs host:/data rw,user_id=0,group_id=0
    //
    // fs/proc_namespace.c, show_mountinfo(): any number of optional fields, then a dash, the type, the source. Mount
    // points are as the process's root has them; blanks, newlines and backslashes are octal.

    /// <summary>Takes a line of /proc/PID/mountinfo; false when it is malformed.</summary>
    public bool TryAddLine(ReadOnlySpan<byte> line)
    {
        var words = new KernelText(line);
        if (!words.TryTakeNumber(out _) || !words.TryTakeNumber(out _)
            || !words.TryTakeWord(out ReadOnlySpan<byte> number)
            || !KernelDevice.TryParse(number, hexadecimal: false, out ulong device)
            || !words.TryTakeWord(out _) || !words.TryTakeWord(out ReadOnlySpan<byte> point))
            return false;
        bool dash = false;
        while (!dash && words.TryTakeWord(out ReadOnlySpan<byte> word))
            dash = word.SequenceEqual("-"u8);
        if (!dash || !words.TryTakeWord(out ReadOnlySpan<byte> type))
            return false;
        _hasRoot |= point.SequenceEqual("/"u8);
        if (IsLocal(type))
        {
            _devices.Add(device);
            return true;
        }

        _others.Add(device);
        _remote.Add(Unescape(point));
        return true;
    }

    /// <summary>
    /// Whether a way leads to a file over local file systems alone. What is mounted over one that is not counts for
    /// that one. Links on the way are not known here.
    /// </summary>
    /// <param name="path">Absolute, in the process's root.</param>
    public bool HasWayTo(string path)
    {
        if (!_hasRoot || path.Contains("/..", StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal)
            || path.Contains("/./", StringComparison.Ordinal))
            return false;
        foreach (string point in _remote)
        {
            if (point == "/" || (path.StartsWith(point, StringComparison.Ordinal)
                && (path.Length == point.Length || path[point.Length] == '/')))
                return false;
        }

        return true;
    }

    /// <summary>Whether files of a device are local; null where nothing mounted is of it.</summary>
    /// <param name="device">As maps numbers it: major in the upper half, minor in the lower.</param>
    public bool? Has(ulong device) =>
        _others.Contains(device) ? false : _devices.Contains(device) ? true : null;

    private static bool IsLocal(ReadOnlySpan<byte> type)
    {
        Span<char> name = stackalloc char[32];
        return Encoding.UTF8.TryGetChars(type, name, out int length)
            && Types.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name[..length]);
    }

    private static string Unescape(ReadOnlySpan<byte> point)
    {
        byte[] plain = new byte[point.Length];
        int length = 0;
        for (int i = 0; i < point.Length; i++)
        {
            bool isOctal = point[i] == '\\' && i + 3 < point.Length;
            plain[length++] = isOctal
                ? (byte)(((point[i + 1] - '0') << 6) | ((point[i + 2] - '0') << 3) | (point[i + 3] - '0'))
                : point[i];
            i += isOctal ? 3 : 0;
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }
}
