using System.Globalization;

namespace Cgmemd.Core.Kernel;

/// <summary>A line of /proc/locks: bytes of a file that a process has locked by fcntl(2).</summary>
/// <param name="Pid">The process, as the reader's procfs names it.</param>
/// <param name="IsWrite">Whether nobody else may have the bytes at all.</param>
/// <param name="Major">The device of the file's file system.</param>
/// <param name="Minor">Its minor number.</param>
/// <param name="Inode">The file's number there.</param>
/// <param name="First">The first byte.</param>
/// <param name="Last">The last; <see cref="ulong.MaxValue"/> to the end, however long the file becomes.</param>
public readonly record struct FileLock(
    int Pid, bool IsWrite, uint Major, uint Minor, ulong Inode, ulong First, ulong Last)
{
    // 2: POSIX  ADVISORY  READ 24988 00:1b:14 123 123
    // 5: FLOCK  ADVISORY  WRITE 511 00:19:902 0 EOF
    // 6: -> POSIX  ADVISORY  WRITE 4711 08:01:1311 0 EOF
    //
    // fs/locks.c, lock_get_status(); an arrow is before what waits for the lock above it

    /// <summary>Parses a line; false for what is malformed, waits, or is no POSIX lock of a process.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out FileLock held)
    {
        held = default;
        var words = new KernelText(line);
        if (!words.TryTakeWord(out _) || !words.TryTakeWord(out ReadOnlySpan<byte> kind)
            || !kind.SequenceEqual("POSIX"u8)
            || !words.TryTakeWord(out _) || !words.TryTakeWord(out ReadOnlySpan<byte> mode)
            || !words.TryTakeWord(out ReadOnlySpan<byte> process) || !KernelNumber.TryParsePid(process, out int pid)
            || !words.TryTakeWord(out ReadOnlySpan<byte> file)
            || !TryParseFile(file, out uint major, out uint minor, out ulong inode)
            || !words.TryTakeNumber(out ulong first) || !words.TryTakeWord(out ReadOnlySpan<byte> end))
            return false;
        ulong last = ulong.MaxValue;
        if (!end.SequenceEqual("EOF"u8) && !KernelNumber.TryParse(end, out last))
            return false;
        held = new FileLock(pid, mode.SequenceEqual("WRITE"u8), major, minor, inode, first, last);
        return true;
    }

    // 08:01:1311, of which the device is hexadecimal.
    private static bool TryParseFile(ReadOnlySpan<byte> text, out uint major, out uint minor, out ulong inode)
    {
        (major, minor, inode) = (0, 0, 0);
        int first = text.IndexOf((byte)':'), last = text.LastIndexOf((byte)':');
        return last > first && TryParseHex(text[..first], out major) && TryParseHex(text[(first + 1)..last], out minor)
            && KernelNumber.TryParse(text[(last + 1)..], out inode);
    }

    private static bool TryParseHex(ReadOnlySpan<byte> text, out uint value) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
