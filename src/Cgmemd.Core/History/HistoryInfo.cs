namespace Cgmemd.Core.History;

/// <summary>How finely a part of the history is kept.</summary>
public enum HistoryTier : byte
{
    /// <summary>Each sample.</summary>
    Full,

    /// <summary>A summary a minute.</summary>
    Minute,

    /// <summary>A summary an hour.</summary>
    Hour,
}

/// <summary>What one tier holds.</summary>
/// <param name="Tier">Which.</param>
/// <param name="Chunks">Sealed chunks; for the full tier the open samples are not in it.</param>
/// <param name="Bytes">Their compressed bytes.</param>
/// <param name="Points">Values in them, each of one field at one time.</param>
/// <param name="OldestUs">CLOCK_REALTIME in microseconds; null when it is empty.</param>
/// <param name="NewestUs">The same.</param>
public sealed record TierInfo(
    HistoryTier Tier, long Chunks, long Bytes, long Points, long? OldestUs, long? NewestUs);

/// <summary>What a history file holds.</summary>
/// <param name="SchemaVersion">The form it has.</param>
/// <param name="Bytes">The size of the database file, and its write-ahead log.</param>
/// <param name="OpenSamples">Samples not yet sealed into chunks.</param>
/// <param name="Invocations">How many lives of units.</param>
/// <param name="Events">How many events.</param>
/// <param name="Tiers">From the finest.</param>
public sealed record HistoryInfo(
    int SchemaVersion, long Bytes, long OpenSamples, long Invocations, long Events, IReadOnlyList<TierInfo> Tiers);
