using Cgmemd.Core.Rules;

namespace Cgmemd.Core.Configuration;

/// <summary>All that can be configured, checked and with defaults filled in.</summary>
public sealed record Configuration(
    SamplingOptions Sampling,
    PssOptions Pss,
    JournalOptions Journal,
    HistoryOptions History,
    CaptureOptions Captures,
    ActionOptions Actions,
    BreakdownOptions Breakdown,
    IReadOnlyList<Watch> Watches,
    IReadOnlyList<Rule> Rules)
{
    /// <summary>What holds without any file: nothing is watched.</summary>
    public static Configuration Default { get; } = new(
        SamplingOptions.Default, PssOptions.Default, JournalOptions.Default, HistoryOptions.Default,
        CaptureOptions.Default, ActionOptions.Default, BreakdownOptions.Default, [], []);
}

/// <summary><c>[sampling]</c>: how often a cgroup is read.</summary>
/// <param name="Interval">The base interval.</param>
/// <param name="MinInterval">The shortest interval, as a unit nears a threshold.</param>
public sealed record SamplingOptions(TimeSpan Interval, TimeSpan MinInterval)
{
    public static SamplingOptions Default { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));
}

/// <summary><c>[pss]</c>: reading smaps_rollup, which costs both us and the process read.</summary>
/// <param name="Enabled">Whether it is read at all.</param>
/// <param name="Interval">The shortest age of a process's figures before they are read again.</param>
/// <param name="Share">The part of all time that reading all processes may take.</param>
/// <param name="TargetShare">The part of all time for which reading may hold one process's mmap lock.</param>
public sealed record PssOptions(bool Enabled, TimeSpan Interval, Bound Share, Bound TargetShare)
{
    public static PssOptions Default { get; } =
        new(true, TimeSpan.FromSeconds(30), Bound.OfShare(50), Bound.OfShare(10));
}

/// <summary><c>[journal]</c>: what is recorded there.</summary>
/// <param name="UsageInterval">How often each unit's usage is recorded; zero for never.</param>
public sealed record JournalOptions(TimeSpan UsageInterval)
{
    public static JournalOptions Default { get; } = new(TimeSpan.FromMinutes(5));
}

/// <summary><c>[history]</c>: what is kept of what was sampled, and for how long.</summary>
/// <param name="Enabled">Whether it is written at all.</param>
/// <param name="FullRetention">How long each sample is kept.</param>
/// <param name="MinuteRetention">How long a summary a minute is kept; no shorter than the samples.</param>
/// <param name="HourRetention">How long a summary an hour is kept; no shorter than those of a minute.</param>
/// <param name="MaxBytes">Bytes kept in all: beyond, the oldest goes before its age.</param>
/// <param name="KeepFree">Bytes to leave free on the file system, for which the oldest goes too.</param>
public sealed record HistoryOptions(
    bool Enabled,
    TimeSpan FullRetention,
    TimeSpan MinuteRetention,
    TimeSpan HourRetention,
    ulong MaxBytes,
    ulong KeepFree)
{
    public static HistoryOptions Default { get; } = new(
        true, TimeSpan.FromDays(2), TimeSpan.FromDays(30), TimeSpan.FromDays(730), 512UL << 20, 512UL << 20);
}

/// <summary><c>[captures]</c>: where they end and how many are kept.</summary>
/// <param name="MaxCount">Files kept; the newest is never removed.</param>
/// <param name="MaxBytes">Bytes kept in all.</param>
/// <param name="KeepFree">Bytes to leave free on the file system: below it no capture is written.</param>
/// <param name="Cooldown">The shortest time between two captures of one unit by one rule.</param>
public sealed record CaptureOptions(int MaxCount, ulong MaxBytes, ulong KeepFree, TimeSpan Cooldown)
{
    /// <summary>
    /// How long systemd-oomd, where it asks before it kills, is kept waiting for a capture; zero for no such capture.
    /// </summary>
    public TimeSpan BeforeOomdKill { get; init; } = TimeSpan.FromSeconds(5);

    public static CaptureOptions Default { get; } = new(50, 256UL << 20, 512UL << 20, TimeSpan.FromMinutes(10));
}

/// <summary><c>[actions]</c>: what holds for the actions of all rules for all units together.</summary>
/// <param name="MaxPerHost">How many times within the window; a rule's whole list counts once.</param>
/// <param name="Window">The window.</param>
/// <param name="MinInterval">The shortest time between any two; what comes sooner is put off.</param>
public sealed record ActionOptions(int MaxPerHost, TimeSpan Window, TimeSpan MinInterval)
{
    public static ActionOptions Default { get; } = new(10, TimeSpan.FromHours(1), TimeSpan.FromSeconds(10));
}

/// <summary><c>[breakdown]</c>: what is told of the mappings of processes.</summary>
/// <param name="Redact">Globs over names of mappings that are private; see <see cref="Attribution.Redaction"/>.</param>
public sealed record BreakdownOptions(IReadOnlyList<string> Redact)
{
    public static BreakdownOptions Default { get; } = new([]);
}

/// <summary><c>[watch.NAME]</c>: what to watch. All lists are globs.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Units">Unit names, such as <c>worker@*.service</c>.</param>
/// <param name="Slices">Slices, such as <c>system.slice</c>: the slice itself, not what it holds.</param>
/// <param name="Cgroups">
/// Paths below the cgroup root, such as <c>/kubepods.slice/*</c>; a star does not cross a slash.
/// </param>
/// <param name="Exclude">Units and paths left out.</param>
public sealed record Watch(
    string Name,
    IReadOnlyList<string> Units,
    IReadOnlyList<string> Slices,
    IReadOnlyList<string> Cgroups,
    IReadOnlyList<string> Exclude);
