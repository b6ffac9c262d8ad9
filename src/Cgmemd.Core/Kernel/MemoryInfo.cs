namespace Cgmemd.Core.Kernel;

/// <summary>/proc/meminfo: the host's memory in bytes.</summary>
public readonly record struct MemoryInfo(ulong MemTotal, ulong MemAvailable, ulong SwapTotal, ulong SwapFree)
{
    // MemTotal:       24587264 kB
    // MemFree:        23046864 kB
    // MemAvailable:   24071432 kB
    //
    // fs/proc/meminfo.c; some later lines (HugePages_Total) have no unit

    /// <summary>Parses the file; MemTotal and MemAvailable must be there.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out MemoryInfo info)
    {
        info = default;
        bool hasTotal = false, hasAvailable = false;
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            if (!ColonKeyed.TrySplit(line, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value))
                return false;
            bool hasBytes = ColonKeyed.TryParseKilobytes(value, out ulong bytes);
            if (key.SequenceEqual("MemTotal"u8))
                (info, hasTotal) = (info with { MemTotal = bytes }, hasBytes);
            else if (key.SequenceEqual("MemAvailable"u8))
                (info, hasAvailable) = (info with { MemAvailable = bytes }, hasBytes);
            else if (key.SequenceEqual("SwapTotal"u8))
                info = info with { SwapTotal = bytes };
            else if (key.SequenceEqual("SwapFree"u8))
                info = info with { SwapFree = bytes };
        }

        return hasTotal && hasAvailable;
    }
}
