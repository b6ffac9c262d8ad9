using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;

namespace Cgmemd.Core.State;

/// <summary>
/// What the daemon must not forget when it is killed: which alerts are on, what was reported, what was captured.
/// Monotonic times in it hold for the boot it names only; the captures outlive it. What happened is in the history.
/// </summary>
/// <param name="Version">The form of the file: <see cref="CurrentVersion"/>. Another one is not read.</param>
/// <param name="BootId">32 hexadecimal digits.</param>
/// <param name="Groups">The groups watched.</param>
/// <param name="Captures">The capture ledger.</param>
public sealed record DaemonState(
    int Version,
    string BootId,
    IReadOnlyList<GroupState> Groups,
    IReadOnlyList<CaptureEntry> Captures)
{
    public const int CurrentVersion = 1;

    /// <summary>The state of a host where cgmemd has not run before.</summary>
    public static DaemonState New(string bootId) => new(CurrentVersion, bootId, [], []);
}

/// <summary>What is remembered of one watched cgroup. Sizes are bytes, times CLOCK_MONOTONIC in microseconds.</summary>
public sealed record GroupState(
    string Name,
    ulong CgroupId,
    string? InvocationId,
    long SinceUs,
    ulong Peak,
    ulong? OomKillsReported,
    ulong OomKills,
    IReadOnlyList<NamedRuleState> Rules);

/// <summary>Where a rule stood.</summary>
public sealed record NamedRuleState(
    string Rule, RulePhase Phase, long SinceUs, long FiringSinceUs, uint Episode, ulong PeakValue)
{
    public static NamedRuleState From(string rule, in RuleState state) => new(
        rule, state.Phase, state.SinceUs, state.FiringSinceUs, state.Episode, state.PeakValue);

    public RuleState ToRuleState() => new()
    {
        Phase = Phase,
        SinceUs = SinceUs,
        FiringSinceUs = FiringSinceUs,
        Episode = Episode,
        PeakValue = PeakValue,
    };
}
