using Cgmemd.Core.Actions;
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
    /// <summary>The silences; absent in the files of versions without.</summary>
    public IReadOnlyList<Silence>? Silences { get; init; }

    /// <summary>What was done for alerts; absent in the files of versions without actions.</summary>
    public ActionState? Actions { get; init; }

    /// <summary>The budgets; absent in the files of versions without.</summary>
    public IReadOnlyList<BudgetState>? Budgets { get; init; }

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
    IReadOnlyList<NamedRuleState> Rules)
{
    /// <summary>Up to which count systemd-oomd's kills were reported; absent where that was not known.</summary>
    public ulong? OomdKillsReported { get; init; }

    /// <summary>Those of the OOM kills that were systemd-oomd's.</summary>
    public ulong OomdKills { get; init; }
}

/// <summary>Where a rule stood, and what its condition remembered.</summary>
public sealed record NamedRuleState(
    string Rule, RulePhase Phase, long SinceUs, long FiringSinceUs, uint Episode, ulong PeakValue)
{
    // Absent in the files of versions without levels: an alert that was on was told, and at the only level.
    public byte? Level { get; init; }

    public long? RisingSinceUs { get; init; }

    public long? ToldUs { get; init; }

    public byte? ToldLevel { get; init; }

    /// <summary>Absent in the files of versions without: the time then begins anew.</summary>
    public long? FallenSinceUs { get; init; }

    /// <summary>The condition, to the letter: the memory of no other is understood.</summary>
    public string? Condition { get; init; }

    public long[]? Memory { get; init; }

    public bool IsFiring => Phase is RulePhase.Firing or RulePhase.Clearing;

    public static NamedRuleState From(RuleTrack track)
    {
        ref readonly RuleState state = ref track.State;
        return new NamedRuleState(
            track.Rule.Name, state.Phase, state.SinceUs, state.FiringSinceUs, state.Episode, state.PeakValue)
        {
            Level = state.Level,
            RisingSinceUs = state.RisingSinceUs,
            ToldUs = state.ToldUs,
            ToldLevel = state.ToldLevel,
            FallenSinceUs = state.FallenSinceUs,
            Condition = track.Memory is null ? null : track.Rule.Condition.ToString(),
            Memory = track.Memory?.Save(),
        };
    }

    /// <summary>Goes on where it stood.</summary>
    /// <returns>Whether the condition remembers, too.</returns>
    public bool Restore(RuleTrack track)
    {
        byte level = Level ?? (byte)(IsFiring ? 1 : 0);
        long toldUs = ToldUs ?? (IsFiring ? FiringSinceUs : 0);
        track.Restore(new RuleState
        {
            Phase = Phase,
            SinceUs = SinceUs,
            FiringSinceUs = FiringSinceUs,
            Episode = Episode,
            PeakValue = PeakValue,
            Level = level,
            RisingSinceUs = RisingSinceUs ?? 0,
            ToldUs = toldUs,
            ToldLevel = ToldLevel ?? (toldUs != 0 ? level : (byte)0),
            FallenSinceUs = FallenSinceUs ?? 0,
        });
        return Memory is not null && Condition == track.Rule.Condition.ToString()
            && track.Memory?.TryLoad(Memory) == true;
    }
}

/// <summary>Where a budget stood, and which unit its alert was told of.</summary>
public sealed record BudgetState(NamedRuleState Rule, BudgetSubject? Subject)
{
    public static BudgetState From(BudgetTrack budget) => new(NamedRuleState.From(budget.Track), budget.Subject);

    /// <summary>Goes on where it stood.</summary>
    public void Restore(BudgetTrack budget)
    {
        _ = Rule.Restore(budget.Track);
        budget.Subject = Subject;
    }
}
