namespace Cgmemd.Core.Kernel;

/// <summary>
/// /proc/PID/smaps_rollup: the sums over all mappings of a process, in bytes.
/// </summary>
/// <remarks>Source: Documentation/ABI/testing/procfs-smaps_rollup.</remarks>
public readonly record struct SmapsRollup(
    ulong Rss, ulong Pss, ulong? PssAnon, ulong? PssFile, ulong? PssShmem, ulong? Swap, ulong? SwapPss,
    ulong? PrivateDirty, ulong? PssDirty)
{
    /// <summary>Pages merged by KSM; from Linux 6.8.</summary>
    public ulong? Ksm { get; private init; }

    /// <summary>Huge pages of hugetlbfs that only this process maps; in none of the other sums.</summary>
    public ulong? PrivateHugetlb { get; private init; }

    /// <summary>Huge pages of hugetlbfs that others map as well; in none of the other sums.</summary>
    public ulong? SharedHugetlb { get; private init; }

    // 55d0c3a5e000-7ffd1c5f9000 ---p 00000000 00:00 0                          [rollup]
    // Rss:                5536 kB
    // Pss:                1629 kB
    // Pss_Dirty:          1136 kB     (from 6.0)
    // Pss_Anon:           1136 kB
    // Pss_File:            493 kB
    // Pss_Shmem:             0 kB
    // ...
    // Private_Dirty:      1136 kB
    // KSM:                   0 kB     (from 6.8)
    // Shared_Hugetlb:        0 kB
    // Private_Hugetlb:       0 kB
    // Swap:                  0 kB
    // SwapPss:               0 kB
    //
    // fs/proc/task_mmu.c, __show_smap()

    /// <summary>Parses the file; Rss and Pss must be there.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SmapsRollup rollup)
    {
        rollup = default;
        ulong? rss = null, pss = null;
        var lines = new KernelText(text);
        if (!lines.TryTakeLine(out ReadOnlySpan<byte> head) || !head.EndsWith("[rollup]"u8))
            return false;
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            if (!ColonKeyed.TrySplit(line, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
                || !ColonKeyed.TryParseKilobytes(value, out ulong bytes))
                return false;
            if (key.SequenceEqual("Rss"u8))
                rss = bytes;
            else if (key.SequenceEqual("Pss"u8))
                pss = bytes;
            else if (key.SequenceEqual("Pss_Anon"u8))
                rollup = rollup with { PssAnon = bytes };
            else if (key.SequenceEqual("Pss_File"u8))
                rollup = rollup with { PssFile = bytes };
            else if (key.SequenceEqual("Pss_Shmem"u8))
                rollup = rollup with { PssShmem = bytes };
            else if (key.SequenceEqual("Pss_Dirty"u8))
                rollup = rollup with { PssDirty = bytes };
            else if (key.SequenceEqual("Private_Dirty"u8))
                rollup = rollup with { PrivateDirty = bytes };
            else if (key.SequenceEqual("Swap"u8))
                rollup = rollup with { Swap = bytes };
            else if (key.SequenceEqual("SwapPss"u8))
                rollup = rollup with { SwapPss = bytes };
            else if (key.SequenceEqual("KSM"u8))
                rollup = rollup with { Ksm = bytes };
            else if (key.SequenceEqual("Private_Hugetlb"u8))
                rollup = rollup with { PrivateHugetlb = bytes };
            else if (key.SequenceEqual("Shared_Hugetlb"u8))
                rollup = rollup with { SharedHugetlb = bytes };
        }

        rollup = rollup with { Rss = rss ?? 0, Pss = pss ?? 0 };
        return rss is not null && pss is not null;
    }
}
