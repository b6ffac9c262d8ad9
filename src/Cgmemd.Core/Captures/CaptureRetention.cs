using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Captures;

/// <summary>A file in the captures directory.</summary>
/// <param name="Name">Its name in the directory.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="ModifiedUs">When it was written, CLOCK_REALTIME in microseconds.</param>
public sealed record CaptureFile(string Name, ulong Bytes, long ModifiedUs);

/// <summary>Which captures must go so that the limits hold.</summary>
public static class CaptureRetention
{
    /// <summary>
    /// The files to remove, oldest first, until count and bytes are within the limits. The newest is never among them.
    /// </summary>
    public static IReadOnlyList<CaptureFile> Excess(IReadOnlyList<CaptureFile> files, CaptureOptions options)
    {
        var excess = new List<CaptureFile>();
        int count = files.Count;
        ulong bytes = 0;
        foreach (CaptureFile file in files)
            bytes += file.Bytes;

        foreach (CaptureFile oldest in files.OrderBy(f => f.ModifiedUs).ThenBy(f => f.Name, StringComparer.Ordinal))
        {
            if (count <= 1 || (count <= options.MaxCount && bytes <= options.MaxBytes))
                break;
            excess.Add(oldest);
            bytes -= oldest.Bytes;
            count--;
        }

        return excess;
    }
}
