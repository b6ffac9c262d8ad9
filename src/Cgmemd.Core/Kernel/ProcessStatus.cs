namespace Cgmemd.Core.Kernel;

/// <summary>
/// /proc/PID/status, the part about memory: bytes, absent for a kernel thread. <see cref="NamespacePid"/> is the pid
/// in the innermost pid namespace.
/// </summary>
public readonly record struct ProcessStatus(
    ulong? Rss, ulong? RssAnon, ulong? RssFile, ulong? RssShmem, ulong? Swap, int Threads, int? NamespacePid)
{
    // NSpid:	5123	12
    // VmRSS:	    5536 kB
    // RssAnon:	    1136 kB
    // VmSwap:	       0 kB
    // Threads:	1
    //
    // fs/proc/array.c, proc_pid_status(); fs/proc/task_mmu.c, task_mem()

    public static bool TryParse(ReadOnlySpan<byte> text, out ProcessStatus status)
    {
        status = default;
        bool wellFormed = true, hasThreads = false;
        var lines = new KernelText(text);
        while (wellFormed && lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            if (!ColonKeyed.TrySplit(line, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value))
                return false;
            wellFormed = TrySet(ref status, key, value, ref hasThreads);
        }

        return wellFormed && hasThreads;
    }

    private static bool TrySet(
        ref ProcessStatus status, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref bool hasThreads)
    {
        if (key.SequenceEqual("Threads"u8))
        {
            hasThreads = KernelNumber.TryParsePid(value, out int threads);
            status = status with { Threads = threads };
            return hasThreads;
        }

        if (key.SequenceEqual("NSpid"u8))
        {
            int last = value.LastIndexOfAny((byte)' ', (byte)'\t') + 1;
            bool parsed = KernelNumber.TryParsePid(value[last..], out int pid);
            status = status with { NamespacePid = pid };
            return parsed;
        }

        if (!key.StartsWith("VmRSS"u8) && !key.StartsWith("VmSwap"u8) && !key.StartsWith("Rss"u8))
            return true;
        if (!ColonKeyed.TryParseKilobytes(value, out ulong bytes))
            return false;
        if (key.SequenceEqual("VmRSS"u8))
            status = status with { Rss = bytes };
        else if (key.SequenceEqual("RssAnon"u8))
            status = status with { RssAnon = bytes };
        else if (key.SequenceEqual("RssFile"u8))
            status = status with { RssFile = bytes };
        else if (key.SequenceEqual("RssShmem"u8))
            status = status with { RssShmem = bytes };
        else if (key.SequenceEqual("VmSwap"u8))
            status = status with { Swap = bytes };
        return true;
    }
}
