using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.History;

/// <summary>The oldest chunk of a tier.</summary>
/// <param name="Tier">Its tier.</param>
/// <param name="LastUs">CLOCK_REALTIME in microseconds of its newest row.</param>
public readonly record struct OldestChunk(HistoryTier Tier, long LastUs);

/// <summary>Why a part of the history goes.</summary>
public enum RetentionReason : byte
{
    /// <summary>Its tier is kept no longer.</summary>
    Age,

    /// <summary>The history is larger than it may be.</summary>
    Bytes,

    /// <summary>The file system has less free than is to be left.</summary>
    FreeSpace,
}

/// <summary>Which part of the history goes next.</summary>
public static class HistoryRetention
{
    /// <summary>
    /// A disk that others have filled takes the history down to this and no further: what is left would free next to
    /// nothing, and is what tells how it came to that.
    /// </summary>
    public const ulong LeastBytes = 32 << 20;

    /// <summary>
    /// So much is kept free, at the cost of what is there: on a disk without any room nothing could be written, and
    /// nothing given back either, for which the log needs room first. A history that is smaller gives up half: all of a
    /// young one would free next to nothing, just when it is wanted.
    /// </summary>
    public const ulong ReserveBytes = 8 << 20;

    // What a life takes without its samples: its row, its unit's, and their places in the indices.
    private const ulong LifeBytes = 400;

    /// <summary>
    /// The tier whose oldest chunk is to go now, or null when all is within the limits: the one whose oldest chunk has
    /// lived through the greatest share of the time it is to be kept.
    /// </summary>
    /// <param name="oldest">At most one for each tier; an empty tier has none.</param>
    /// <param name="bytesUsed">The bytes of the file that hold something.</param>
    /// <param name="bytesFree">Free on the file system, for root.</param>
    /// <param name="options">The limits.</param>
    /// <param name="nowUs">CLOCK_REALTIME in microseconds.</param>
    public static (HistoryTier Tier, RetentionReason Reason)? Next(
        ReadOnlySpan<OldestChunk> oldest, ulong bytesUsed, ulong bytesFree, HistoryOptions options, long nowUs)
    {
        if (oldest.IsEmpty)
            return null;
        OldestChunk next = oldest[0];
        foreach (OldestChunk chunk in oldest)
        {
            if (Share(chunk, options, nowUs) > Share(next, options, nowUs))
                next = chunk;
        }

        return Share(next, options, nowUs) > 1 ? (next.Tier, RetentionReason.Age)
            : bytesUsed > options.MaxBytes ? (next.Tier, RetentionReason.Bytes)
            : IsShort(bytesUsed, bytesFree, options) ? (next.Tier, RetentionReason.FreeSpace)
            : null;
    }

    /// <summary>Whether the disk has too little room for the history to keep all it has.</summary>
    public static bool IsShort(ulong bytesUsed, ulong bytesFree, HistoryOptions options) =>
        bytesFree < Math.Min(ReserveBytes, bytesUsed) || (bytesFree < options.KeepFree && bytesUsed > LeastBytes);

    /// <summary>
    /// Bytes that events and all other notes may take together, so that however many there are samples are kept too.
    /// </summary>
    public static ulong NotesShare(HistoryOptions options) => options.MaxBytes / 4;

    /// <summary>So many lives that have ended are kept at most, for the same reason.</summary>
    public static long MostLives(HistoryOptions options) =>
        (long)Math.Min(100_000, options.MaxBytes / 8 / LifeBytes);

    /// <summary>
    /// Whether the oldest of the corrupt files that were moved aside is to go. They count as the history does, and go
    /// before any of it; but the last, which may have all of the past to be recovered, stays until what has been
    /// recorded since fills a quarter of the limit, unless the disk has no room for it.
    /// </summary>
    /// <param name="count">How many there are.</param>
    /// <param name="asideBytes">The bytes of all of them.</param>
    /// <param name="bytesUsed">Those of the history itself.</param>
    /// <param name="bytesFree">Free on the file system, for root; null where unknown.</param>
    /// <param name="options">The limits.</param>
    public static bool GivesUpAside(
        int count, ulong asideBytes, ulong bytesUsed, ulong? bytesFree, HistoryOptions options) =>
        count > 0 && (
            (bytesFree is { } free && IsShort(asideBytes, free, options))
            || (asideBytes + bytesUsed > options.MaxBytes && (count > 1 || bytesUsed > options.MaxBytes / 4)));

    /// <summary>How long a tier is kept.</summary>
    public static TimeSpan Of(HistoryTier tier, HistoryOptions options) => tier switch
    {
        HistoryTier.Full => options.FullRetention,
        HistoryTier.Minute => options.MinuteRetention,
        _ => options.HourRetention,
    };

    // Less than 0 for a chunk of the future, written before the clock stepped back: it goes last.
    private static double Share(OldestChunk chunk, HistoryOptions options, long nowUs) =>
        ((double)nowUs - chunk.LastUs) / Math.Max(1, Of(chunk.Tier, options).TotalMicroseconds);
}
