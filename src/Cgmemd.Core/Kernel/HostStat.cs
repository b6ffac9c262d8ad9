namespace Cgmemd.Core.Kernel;

/// <summary>/proc/stat: of it, the CPUs.</summary>
public static class HostStat
{
    // cpu  1234 0 567 8910 11 0 12 0 0 0
    // cpu0 617 0 283 4455 5 0 6 0 0 0
    // cpu1 617 0 284 4455 6 0 6 0 0 0
    // intr 114930548 ...
    //
    // fs/proc/stat.c, show_stat(): the online ones, first of all

    /// <summary>How many CPUs are online; false where the text is not that of /proc/stat.</summary>
    public static bool TryCountCpus(ReadOnlySpan<byte> text, out int cpus)
    {
        cpus = 0;
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line) && line.StartsWith("cpu"u8))
        {
            if (line.Length > 3 && char.IsAsciiDigit((char)line[3]))
                cpus++;
        }

        return cpus > 0;
    }
}
