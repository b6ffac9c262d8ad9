namespace Cgmemd.Core.Trends;

/// <summary>What two snapshots one after the other say.</summary>
public enum FabricPairVerdict
{
    /// <summary>They are less than ten minutes apart.</summary>
    Unknown,
    Stable,
    Growing,
    Leaking,
}

/// <summary>What all pairs of snapshots say.</summary>
public enum FabricVerdict
{
    /// <summary>There are fewer than two snapshots.</summary>
    InsufficientData,
    Stable,
    Growing,
    Leaking,
}

/// <summary>
/// The trend of a series of snapshots by the rules of fabric-web's leak audit, so that its reports can be had on here
/// as they were. It looks at neighbours alone: a steady leak between snapshots that lie close is "stable" to it.
/// <see cref="LeakDetection"/> is what judges the whole.
/// </summary>
/// <param name="Verdict">
/// Leaking if at least half of the pairs leak, growing if at least 70 % grow or leak, else stable; unknown pairs count
/// among all.
/// </param>
/// <param name="Pairs">How many pairs there are.</param>
/// <param name="BytesPerHour">The mean of the rates of all pairs that are apart in time; null without one.</param>
/// <param name="ProjectedGrowth24h">That rate for 24 hours, in bytes.</param>
public readonly record struct FabricTrend(
    FabricVerdict Verdict, int Pairs, double? BytesPerHour, double? ProjectedGrowth24h)
{
    private const double HourUs = 3.6e9;
    private const double MinIntervalHours = 10.0 / 60;
    private const double StableShare = .05;
    private const double LeakBytesPerHour = 10e6;
    private const double GrowingShare = .2;
    private const double LeakingPairs = .5;
    private const double GrowingPairs = .7;

    /// <summary>Judges snapshots in order of time.</summary>
    public static FabricTrend Of(ReadOnlySpan<TrendPoint> snapshots)
    {
        if (snapshots.Length < 2)
            return new FabricTrend(FabricVerdict.InsufficientData, 0, null, null);
        int leaking = 0, growing = 0, rated = 0;
        double rates = 0;
        for (int i = 1; i < snapshots.Length; i++)
        {
            FabricPairVerdict pair = PairOf(snapshots[i - 1], snapshots[i]);
            leaking += pair == FabricPairVerdict.Leaking ? 1 : 0;
            growing += pair == FabricPairVerdict.Growing ? 1 : 0;
            double hours = HoursBetween(snapshots[i - 1], snapshots[i]);
            rated += hours > 0 ? 1 : 0;
            rates += hours > 0 ? Change(snapshots[i - 1], snapshots[i]) / hours : 0;
        }

        int pairs = snapshots.Length - 1;
        FabricVerdict verdict = leaking >= LeakingPairs * pairs ? FabricVerdict.Leaking
            : growing + leaking >= GrowingPairs * pairs ? FabricVerdict.Growing : FabricVerdict.Stable;
        double? perHour = rated > 0 ? rates / rated : null;
        return new FabricTrend(verdict, pairs, perHour, 24 * perHour);
    }

    /// <summary>The verdict on a pair, by the first of these that holds: unknown, stable, leaking, growing.</summary>
    public static FabricPairVerdict PairOf(TrendPoint earlier, TrendPoint later)
    {
        double hours = HoursBetween(earlier, later);
        double change = Change(earlier, later);
        // From nothing, any growth is more than any share.
        double share = earlier.Bytes > 0 ? change / earlier.Bytes : change > 0 ? double.PositiveInfinity : 0;
        return hours < MinIntervalHours ? FabricPairVerdict.Unknown
            : Math.Abs(share) < StableShare ? FabricPairVerdict.Stable
            : change > 0 && change / hours > LeakBytesPerHour ? FabricPairVerdict.Leaking
            : share > GrowingShare ? FabricPairVerdict.Growing : FabricPairVerdict.Stable;
    }

    private static double Change(TrendPoint earlier, TrendPoint later) => (double)later.Bytes - earlier.Bytes;

    private static double HoursBetween(TrendPoint earlier, TrendPoint later) =>
        (later.TimeUs - earlier.TimeUs) / HourUs;
}
