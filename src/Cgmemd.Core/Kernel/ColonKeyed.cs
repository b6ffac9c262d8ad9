namespace Cgmemd.Core.Kernel;

/// <summary>The lines of status, meminfo and smaps: a key, a colon, a value, often in kB.</summary>
internal static class ColonKeyed
{
    // VmRSS:	    5536 kB
    // Pss_Anon:            1136 kB
    // Threads:	1

    /// <summary>Splits a line at its first colon; the value comes without blanks around it.</summary>
    internal static bool TrySplit(
        ReadOnlySpan<byte> line, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        int colon = line.IndexOf((byte)':');
        key = colon < 0 ? default : line[..colon];
        value = colon < 0 ? default : line[(colon + 1)..].Trim(" \t"u8);
        return colon > 0;
    }

    /// <summary>Parses <c>5536 kB</c> to bytes.</summary>
    internal static bool TryParseKilobytes(ReadOnlySpan<byte> value, out ulong bytes)
    {
        bytes = 0;
        var words = new KernelText(value);
        if (!words.TryTakeNumber(out ulong kilobytes) || !words.TryTakeWord(out ReadOnlySpan<byte> unit)
            || !unit.SequenceEqual("kB"u8) || kilobytes > ulong.MaxValue / 1024)
            return false;
        bytes = kilobytes * 1024;
        return true;
    }
}
