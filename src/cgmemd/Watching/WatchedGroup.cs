using Cgmemd.Core.Actions;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Daemon.Attribution;
using Cgmemd.Daemon.Holding;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Daemon.Watching;

/// <summary>What a watched cgroup is to the operator.</summary>
internal enum GroupKind
{
    /// <summary>A unit of systemd's other than a slice.</summary>
    Unit,

    /// <summary>A slice: its own OOM kills are its units'.</summary>
    Slice,

    /// <summary>A plain cgroup, named by its path.</summary>
    Cgroup,

    /// <summary>A cgroup below a unit: recorded, not judged.</summary>
    Child,
}

/// <summary>
/// One cgroup under watch: its open files, its latest sample and what is remembered of it. Its identity is the cgroup
/// id, so that a unit's next activation is another group. Times are CLOCK_MONOTONIC in microseconds.
/// </summary>
internal sealed class WatchedGroup(string name, GroupKind kind, Cgroup cgroup, long nowUs) : IDisposable
{
    // 200 ms of stalls in 2 s. Windows that are a multiple of 2 s need no CAP_SYS_RESOURCE (kernel/sched/psi.c).
    private static readonly TimeSpan PressureStall = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PressureWindow = TimeSpan.FromSeconds(2);

    private int _eventsFd = -1;
    private int _pressureFd = -1;

    /// <summary>The latest sample, overwritten in place.</summary>
    internal Sample Sample;

    /// <summary>The limits at that time.</summary>
    internal Limits Limits;

    /// <summary>The unit, or the cgroup's path; a child is its unit's name, a slash and its path below that.</summary>
    public string Name { get; } = name;

    public GroupKind Kind { get; } = kind;

    public Cgroup Cgroup { get; } = cgroup;

    /// <summary>The group whose child this is.</summary>
    public WatchedGroup? Parent { get; init; }

    /// <summary>How many groups are above it; 0 for a unit.</summary>
    public int Depth => Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>The unit or cgroup it belongs to: itself, where it is no child.</summary>
    public WatchedGroup Top => Parent is null ? this : Parent.Top;

    /// <summary>How many children are watched below it, at any depth; kept of the top alone.</summary>
    public int Descendants { get; set; }

    /// <summary>32 hexadecimal digits, or null where systemd did not start it.</summary>
    public string? InvocationId { get; init; }

    /// <summary>Since when this invocation is watched.</summary>
    public long SinceUs { get; set; } = nowUs;

    public SampleRing Ring { get; } = new();

    /// <summary>The rules for this group, where each stands and what it remembers.</summary>
    public RuleTrack[] Rules { get; private set; } = [];

    /// <summary>Its memory.high is held at another value than its own; null where it is not.</summary>
    public HeldHigh? Held { get; set; }

    /// <summary>Why no rule may hold it down; null where one may.</summary>
    public string? Protection { get; } = kind == GroupKind.Unit ? ProtectedUnits.Refusal(name) : null;

    /// <summary>No tripwire is set before this.</summary>
    public long TripwireDueUs { get; set; }

    /// <summary>
    /// memory.current was at least this since the reading before, as a tripwire told; 0 where none did.
    /// </summary>
    public ulong Crossed { get; set; }

    /// <summary>Whether its counters began at zero under our eyes.</summary>
    public bool IsFresh { get; set; }

    /// <summary>The highest memory.current known of this invocation, in bytes.</summary>
    public ulong Peak { get; set; }

    /// <summary>memory.events oom_kill up to which kills have been reported; null until first read.</summary>
    public ulong? OomKillsReported { get; set; }

    /// <summary>OOM kills reported of this invocation.</summary>
    public ulong OomKills { get; set; }

    /// <summary>
    /// How many kills by systemd-oomd its cgroup counts, up to which they have been reported; null until first read.
    /// </summary>
    public ulong? OomdKillsReported { get; set; }

    /// <summary>Those of the OOM kills that were systemd-oomd's, of this cgroup and those below it.</summary>
    public ulong OomdKills { get; set; }

    /// <summary>The change of memory.current in bytes per second between the last two samples.</summary>
    public double Rate { get; set; }

    /// <summary>When it is to be read next; in the past for at once.</summary>
    public long DueUs { get; set; } = nowUs;

    /// <summary>When it was last read in full.</summary>
    public long FullReadUs { get; set; }

    /// <summary>When all its files are to be read next, rather than memory.current alone.</summary>
    public long FullDueUs { get; set; } = nowUs;

    /// <summary>When its usage is to be recorded next.</summary>
    public long UsageDueUs { get; set; }

    /// <summary>memory.events or the pressure has notified us: silent until <see cref="Rearm"/>.</summary>
    public bool EventsPending { get; set; }

    /// <summary>A read has failed and was said; it is not said again.</summary>
    public bool HasFailed { get; set; }

    /// <summary>The cgroup is gone; since when, while systemd is given time to say why.</summary>
    public long? VanishedUs { get; set; }

    /// <summary>What the measuring thread knows it by; null where its processes are not measured.</summary>
    public MeasuredGroup? Measured { get; } = kind is GroupKind.Unit or GroupKind.Cgroup
        ? new MeasuredGroup(new CgroupName(cgroup.Path, cgroup.Id))
        : null;

    /// <summary>The PSS of its processes as of its last full reading.</summary>
    public PssReading Pss { get; } = new();

    /// <summary>Its place in the history; null before its first recorded reading.</summary>
    public HistorySeries? Series { get; set; }

    /// <summary>The time of the last full reading that is in the history, and of the last PSS.</summary>
    public long RecordedUs { get; set; }

    public long PssRecordedUs { get; set; }

    /// <summary>Figures from then on bring the largest processes into the history.</summary>
    public long ProcessesDueUs { get; set; }

    /// <summary>An alert that fires from then on has what the memory is for put into the history.</summary>
    public long BreakdownDueUs { get; set; }

    /// <summary>The number by which the poller knows its descriptors.</summary>
    public ulong PollKey { get; init; }

    /// <summary>Whether an alert of any rule is on.</summary>
    public int AlertsFiring
    {
        get
        {
            int firing = 0;
            foreach (RuleTrack track in Rules)
                firing += track.State.IsFiring ? 1 : 0;
            return firing;
        }
    }

    /// <summary>Whether this is a child of a group's, or a child's child.</summary>
    public bool IsBelow(WatchedGroup group) => Parent is { } parent && (parent == group || parent.IsBelow(group));

    /// <summary>
    /// Sets the rules, keeping the state of those that were there by the same name. Those that are not there any more
    /// and whose alert is on are given to <paramref name="dropped"/> first.
    /// </summary>
    public void SetRules(Rule[] rules, Action<WatchedGroup, RuleTrack>? dropped = null)
    {
        foreach (RuleTrack track in Rules)
        {
            if (track.IsTold && !Array.Exists(rules, rule => rule.Name == track.Rule.Name))
                dropped?.Invoke(this, track);
        }

        Rules = Array.ConvertAll(rules, rule =>
        {
            var track = new RuleTrack(rule);
            bool remembers = FindRule(rule.Name) is { } before && track.Continue(before);
            if (!remembers && FullReadUs > 0)
                track.BeginLate(Observe(Sample.TimestampUs));
            return track;
        });
    }

    /// <summary>The rule of a name; null where none of this group's has it.</summary>
    public RuleTrack? FindRule(string name) => Array.Find(Rules, track => track.Rule.Name == name);

    /// <summary>The group as conditions see it.</summary>
    public Observation Observe(long nowUs) => new(Sample, Limits, nowUs)
    {
        IsFresh = IsFresh,
        StartedUs = SinceUs,
        OomKills = OomKills,
        Crossed = Crossed,
        OomdKills = OomdKills,
    };

    /// <summary>
    /// Lets the poller watch memory.events and the pressure. Each notifies once, then <see cref="Rearm"/> must be
    /// called: a removed cgroup's files would else be ready for ever, and a unit in constant reclaim all the time.
    /// </summary>
    public void WatchEvents(Poller poller)
    {
        if (Cgroup.TryGetEventsFd(out _eventsFd) == ReadStatus.Ok)
            poller.Add(_eventsFd, PollEvents.Priority | PollEvents.OneShot, PollKey);
        if (Cgroup.TryArmPressure(PressureStall, PressureWindow, out _pressureFd) == ReadStatus.Ok)
            poller.Add(_pressureFd, PollEvents.Priority | PollEvents.OneShot, PollKey);
    }

    /// <summary>After memory.events was read: lets the poller notify again.</summary>
    public void Rearm(Poller poller)
    {
        if (!EventsPending)
            return;
        EventsPending = false;
        if (_eventsFd >= 0)
            poller.Modify(_eventsFd, PollEvents.Priority | PollEvents.OneShot, PollKey);
        if (_pressureFd >= 0)
            poller.Modify(_pressureFd, PollEvents.Priority | PollEvents.OneShot, PollKey);
    }

    public void Dispose() => Cgroup.Dispose();
}
