namespace Cgmemd.Core.Trends;

/// <summary>The judgement of one invocation's floor.</summary>
/// <param name="Verdict">What the floor does.</param>
/// <param name="Seen">How long it was seen, without the warm-up.</param>
/// <param name="BytesPerHour">
/// The slope that the verdict rests on: Theil–Sen's of the floor, of what is never given back, or from day to day;
/// null when too little was seen.
/// </param>
/// <param name="LowBytesPerHour">The lower end of its 95 % interval, neighbours taken for independent.</param>
/// <param name="HighBytesPerHour">The upper end.</param>
/// <param name="Tau">Kendall's tau of the same: 1 when each is above all before it.</param>
/// <param name="ProjectedBytes24h">What the floor will be in 24 hours, if it goes on so.</param>
/// <param name="TimeToLimit">
/// When the floor reaches the limit, if it goes on so, in whole minutes. Only where it leaks or grows, has a limit, and
/// it is less than ten years off. What is above the floor, bursts and garbage, reaches the limit before.
/// </param>
/// <param name="Reason">Which test decided, in one plain sentence.</param>
public readonly record struct TrendReport(
    TrendVerdict Verdict,
    TimeSpan Seen,
    double? BytesPerHour,
    double? LowBytesPerHour,
    double? HighBytesPerHour,
    double? Tau,
    ulong? ProjectedBytes24h,
    TimeSpan? TimeToLimit,
    string Reason);
