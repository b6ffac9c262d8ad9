namespace Cgmemd.Core.Kernel;

/// <summary>The head line of a mapping in /proc/PID/maps and smaps.</summary>
internal readonly ref struct Mapping
{
    internal MappedRange Range { get; private init; }

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
            || !KernelDevice.TryParse(device, hexadecimal: true, out ulong number)
            || !words.TryTakeNumber(out ulong inode))
            return false;
        mapping = new Mapping
        {
            Range = new MappedRange(
                start, end, permissions[0] == 'r', permissions[1] == 'w', permissions[2] == 'x', permissions[3] == 'p'),
            Device = number,
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
        _ when Name.StartsWith("[anon:"u8) => MappingCategory.NamedAnonymous,
        // "/dev/zero (deleted)" is how shared anonymous memory shows, "[anon_shmem:NAME]" if it has been given a name.
        _ when Name.StartsWith("/memfd:"u8) || Name.StartsWith("/dev/shm/"u8) || Name.StartsWith("/SYSV"u8)
            || Name.StartsWith("[anon_shmem:"u8) || Name.SequenceEqual("/dev/zero (deleted)"u8) =>
            MappingCategory.SharedMemory,
        [(byte)'/', ..] => MappingCategory.MappedFile,
        _ => MappingCategory.Other,
    };

    private static bool TryParsePair(ReadOnlySpan<byte> text, byte separator, out ulong first, out ulong second)
    {
        first = second = 0;
        int at = text.IndexOf(separator);
        return at > 0 && KernelNumber.TryParseHex(text[..at], out first)
            && KernelNumber.TryParseHex(text[(at + 1)..], out second);
    }
}

/// <summary>Where a mapping lies and what may be done there.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte behind its last.</param>
/// <param name="IsReadable"><c>r</c>.</param>
/// <param name="IsWritable"><c>w</c>.</param>
/// <param name="IsExecutable"><c>x</c>.</param>
/// <param name="IsPrivate"><c>p</c> and not <c>s</c>.</param>
internal readonly record struct MappedRange(
    ulong Start, ulong End, bool IsReadable, bool IsWritable, bool IsExecutable, bool IsPrivate)
{
    internal ulong Size => End - Start;

    /// <summary>Only an address range is taken: <c>---</c>.</summary>
    internal bool IsReserved => !IsReadable && !IsWritable && !IsExecutable;
}
