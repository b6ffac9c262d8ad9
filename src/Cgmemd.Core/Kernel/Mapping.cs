namespace Cgmemd.Core.Kernel;

/// <summary>The head line of a mapping in /proc/PID/smaps.</summary>
internal readonly ref struct Mapping
{
    internal ulong Start { get; private init; }

    internal ulong Size { get; private init; }

    internal bool IsWritable { get; private init; }

    internal bool IsExecutable { get; private init; }

    internal ulong Device { get; private init; }

    internal ulong Inode { get; private init; }

    internal ReadOnlySpan<byte> Name { get; private init; }

    // 7f3c9a228000-7f3c9a3bd000 r-xp 00028000 08:01 1184129                    /usr/lib/x86_64-linux-gnu/libc.so.6
    // 7f3c9a400000-7f3c9b400000 rw-p 00000000 00:00 0
    // 7ffd1c5d8000-7ffd1c5f9000 rw-p 00000000 00:00 0                          [stack]
    //
    // fs/proc/task_mmu.c, show_vma_header_prefix(); the name may hold blanks, a newline in it is \012.

    internal static bool TryParse(ReadOnlySpan<byte> line, out Mapping mapping)
    {
        mapping = default;
        var words = new KernelText(line);
        if (!words.TryTakeWord(out ReadOnlySpan<byte> range)
            || !TryParsePair(range, (byte)'-', out ulong start, out ulong end)
            || end < start || !words.TryTakeWord(out ReadOnlySpan<byte> permissions) || permissions.Length != 4
            || !words.TryTakeWord(out _) || !words.TryTakeWord(out ReadOnlySpan<byte> device)
            || !TryParsePair(device, (byte)':', out ulong major, out ulong minor)
            || !words.TryTakeNumber(out ulong inode))
            return false;
        mapping = new Mapping
        {
            Start = start,
            Size = end - start,
            IsWritable = permissions[1] == 'w',
            IsExecutable = permissions[2] == 'x',
            Device = (major << 32) | minor,
            Inode = inode,
            Name = words.Rest.TrimStart((byte)' '),
        };
        return true;
    }

    /// <summary>The category by name alone; a file is taken for <see cref="MappingCategory.MappedFile"/>.</summary>
    internal MappingCategory Category => Name switch
    {
        [] => MappingCategory.Anonymous,
        _ when Name.SequenceEqual("[heap]"u8) => MappingCategory.NativeHeap,
        _ when Name.StartsWith("[stack"u8) => MappingCategory.Stack,
        _ when Name.StartsWith("[anon"u8) => MappingCategory.NamedAnonymous,
        // "/dev/zero (deleted)" is how shared anonymous memory shows.
        _ when Name.StartsWith("/memfd:"u8) || Name.StartsWith("/dev/shm/"u8) || Name.StartsWith("/SYSV"u8)
            || Name.SequenceEqual("/dev/zero (deleted)"u8) => MappingCategory.SharedMemory,
        [(byte)'/', ..] => MappingCategory.MappedFile,
        _ => MappingCategory.Other,
    };

    private static bool TryParsePair(ReadOnlySpan<byte> text, byte separator, out ulong first, out ulong second)
    {
        first = second = 0;
        int at = text.IndexOf(separator);
        return at > 0 && TryParseHex(text[..at], out first) && TryParseHex(text[(at + 1)..], out second);
    }

    private static bool TryParseHex(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 16)
            return false;
        foreach (byte c in text)
        {
            if (!char.IsAsciiHexDigitLower((char)c))
                return false;
            value = (value << 4) | (uint)(c <= '9' ? c - '0' : c - 'a' + 10);
        }

        return true;
    }
}
