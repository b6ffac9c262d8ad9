namespace Cgmemd.Core.Kernel;

/// <summary>
/// The mappings of files in /proc/PID/smaps that are never written and of which no page was copied: what is resident
/// of them is page cache, and can be let go and faulted in again without a loss.
/// </summary>
public static class CleanFileMappings
{
    // 5577621cd000-557762368000 r--p 00344000 fe:00 11717737                   /usr/sbin/cgmemd
    // Size:               1644 kB
    // Rss:                1452 kB
    // Anonymous:             0 kB
    //
    // fs/proc/task_mmu.c, show_smap(). Relocated data that was made read-only afterwards has anonymous pages.

    /// <summary>Adds address and size in bytes of each with anything resident; false at a malformed line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, List<(nuint Start, nuint Size)> mappings)
    {
        Mapping mapping = default;
        bool isResident = false;
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty || !char.IsAsciiLetterUpper((char)line[0]))
            {
                if (!Mapping.TryParse(line, out mapping))
                    return false;
                continue;
            }

            bool isRss = line.StartsWith("Rss:"u8), isAnonymous = line.StartsWith("Anonymous:"u8);
            if (!isRss && !isAnonymous)
                continue;
            if (!ColonKeyed.TrySplit(line, out _, out ReadOnlySpan<byte> value)
                || !ColonKeyed.TryParseKilobytes(value, out ulong bytes))
            {
                return false;
            }

            if (isRss)
                isResident = bytes > 0;
            else if (isResident && bytes == 0 && !mapping.Range.IsWritable
                && mapping.Category is MappingCategory.MappedFile)
                mappings.Add(((nuint)mapping.Range.Start, (nuint)mapping.Range.Size));
        }

        return true;
    }
}
