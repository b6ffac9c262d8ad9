using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Daemon.History;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Systemd;

namespace Cgmemd.Daemon.Watching;

/// <summary>
/// The groups under watch: opened as units and cgroups appear, closed as they go. Bounded: what does not
/// fit is not watched.
/// </summary>
internal sealed class WatchList(
    string cgroupRoot, Poller poller, ChildWatcher childWatcher, Recording recording) : IDisposable
{
    /// <summary>
    /// More groups than this are not watched: at a dozen descriptors each, LimitNOFILE=65536 holds them.
    /// </summary>
    public const int MaxGroups = 5_000;

    /// <summary>
    /// More children than this of one unit, at any depth, are not watched, nor deeper ones. Whom a cgroup is delegated
    /// to can make as many as he likes, and must not crowd out other units.
    /// </summary>
    private const int MaxChildren = 256;
    private const int MaxDepth = 4;

    /// <summary>Poll keys below this are the daemon's own.</summary>
    public const ulong FirstPollKey = 1UL << 32;

    private readonly Dictionary<string, WatchedGroup> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, WatchedGroup> _byCgroupId = [];
    private readonly Dictionary<ulong, WatchedGroup> _byPollKey = [];
    private readonly List<WatchedGroup> _all = [];
    private ulong _nextPollKey = FirstPollKey;
    private Configuration? _configuration;

    /// <summary>All groups, in the order they appeared.</summary>
    public List<WatchedGroup> All => _all;

    /// <summary>The rules in force.</summary>
    public IReadOnlyList<Rule> Rules => _configuration?.Rules ?? [];

    /// <summary>
    /// Units that run, as systemd says, and whose cgroup could not be opened: not there yet, too many open files, too
    /// many groups. No signal will come when that is over.
    /// </summary>
    public Dictionary<string, UnitChange> Unopened { get; } = new(StringComparer.Ordinal);

    /// <summary>Changes with every group that comes or goes.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>Whether the configuration asks for this unit (a slice included).</summary>
    public bool Wants(string unit)
    {
        if (_configuration is not { } configuration)
            return false;
        bool isSlice = unit.EndsWith(".slice", StringComparison.Ordinal);
        foreach (Watch watch in configuration.Watches)
        {
            if (Glob.IsMatchAny(isSlice ? watch.Slices : watch.Units, unit) && !Glob.IsMatchAny(watch.Exclude, unit))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Takes over a configuration: rules are set anew, keeping the state of those with the same name.
    /// </summary>
    /// <param name="configuration">What is in force from now on.</param>
    /// <param name="dropped">Takes the rules whose alert is on, and which no longer hold for a group.</param>
    /// <returns>The groups it no longer asks for; the caller stops them.</returns>
    public List<WatchedGroup> Configure(
        Configuration configuration, Action<WatchedGroup, RuleTrack> dropped)
    {
        _configuration = configuration;
        var unwanted = new List<WatchedGroup>();
        foreach (WatchedGroup group in _all)
        {
            if (group.Parent is null && (group.Kind == GroupKind.Cgroup ? WantsPath(group.Name) : Wants(group.Name)))
                group.SetRules(RulesFor(group.Name), dropped);
            else if (group.Parent is null)
                unwanted.Add(group);
        }

        return unwanted;
    }

    public WatchedGroup? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// Whom a kill of the cgroup at this path hits: all that are watched there and below; where there is none, the next
    /// one above.
    /// </summary>
    public List<WatchedGroup> FindHit(string path)
    {
        List<WatchedGroup> hit = [];
        WatchedGroup? above = null;
        foreach (WatchedGroup group in _all)
        {
            if (group.Kind == GroupKind.Child)
                continue;
            string own = group.Cgroup.Path;
            if (CgroupPath.IsWithin(own, path))
                hit.Add(group);
            else if (CgroupPath.IsWithin(path, own) && own.Length > (above?.Cgroup.Path.Length ?? 0))
                above = group;
        }

        if (hit.Count == 0 && above is not null)
            hit.Add(above);
        return hit;
    }

    public WatchedGroup? FindByCgroupId(ulong id) => _byCgroupId.GetValueOrDefault(id);

    public WatchedGroup? FindByPollKey(ulong key) => _byPollKey.GetValueOrDefault(key);

    /// <summary>Starts to watch a cgroup; null when it is gone already or there are too many.</summary>
    public WatchedGroup? Open(
        string name, GroupKind kind, string path, string? invocationId, WatchedGroup? parent, long nowUs)
    {
        if (_all.Count >= MaxGroups)
            return null;

        if (Cgroup.TryOpen(cgroupRoot, path, out Cgroup? cgroup) != ReadStatus.Ok || cgroup is null)
            return null;
        if (_byCgroupId.TryGetValue(cgroup.Id, out WatchedGroup? same))
        {
            // What is asked for by name has rules, which a child has not.
            bool isPromoted = same.Kind == GroupKind.Child && kind != GroupKind.Child;
            if (!isPromoted)
            {
                cgroup.Dispose();
                return null;
            }

            Close(same);
        }

        var group = new WatchedGroup(name, kind, cgroup, nowUs)
        {
            Parent = parent,
            InvocationId = invocationId ?? (parent is null ? cgroup.ReadInvocationId() : parent.InvocationId),
            PollKey = _nextPollKey++,
        };
        if (kind != GroupKind.Child)
            group.SetRules(RulesFor(name));
        Version++;
        _all.Add(group);
        _byName[name] = group;
        _byCgroupId[cgroup.Id] = group;
        _byPollKey[group.PollKey] = group;
        // What happens in a child notifies its unit's files too: both are hierarchical.
        if (kind == GroupKind.Child)
            group.Top.Descendants++;
        else
            group.WatchEvents(poller);
        if (kind != GroupKind.Slice)
            childWatcher.Add(cgroupRoot, cgroup, out _);
        return group;
    }

    /// <summary>Ends the watch of a group, its children's before it.</summary>
    /// <param name="group">The group; its last reading is done.</param>
    /// <param name="result">Why it ends, of what the history calls a result; null where nobody told.</param>
    public void Close(WatchedGroup group, string? result = null)
    {
        for (int i = _all.Count - 1; i >= 0; i--)
        {
            // systemd's word is on the unit, not on what it has made below.
            if (i < _all.Count && _all[i].Parent == group)
                Close(_all[i], result == Invocation.Unwatched ? result : null);
        }

        if (!_all.Remove(group))
            return;
        Version++;
        recording.End(group, result);
        if (_byName.GetValueOrDefault(group.Name) == group)
            _byName.Remove(group.Name);
        _byCgroupId.Remove(group.Cgroup.Id);
        _byPollKey.Remove(group.PollKey);
        childWatcher.Remove(group.Cgroup.Id);
        if (group.Kind == GroupKind.Child)
            group.Top.Descendants--;
        group.Dispose();
    }

    /// <summary>Brings the children of a group up to date; what is new below them is found as well.</summary>
    /// <param name="group">The group.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    /// <param name="replaced">Takes a child that was made anew under its name, before it is closed.</param>
    public void OpenChildren(WatchedGroup group, long nowUs, Action<WatchedGroup>? replaced = null)
    {
        if (group.Depth >= MaxDepth || group.Kind == GroupKind.Slice)
            return;
        var names = new List<string>();
        if (group.Cgroup.ListChildren(names) != ReadStatus.Ok)
            return;
        WatchedGroup top = group.Top;
        foreach (string name in names)
        {
            string fullName = $"{group.Name}/{name}";
            WatchedGroup? child = Find(fullName);
            if (child is not null && !child.Cgroup.IsStillAt(cgroupRoot))
            {
                // Removed and made anew since it was last read; nothing would tell of it later.
                replaced?.Invoke(child);
                Close(child);
                child = null;
            }

            if (child is null && top.Descendants < MaxChildren)
                child = Open(fullName, GroupKind.Child, $"{group.Cgroup.Path}/{name}", null, group, nowUs);
            if (child is not null)
                OpenChildren(child, nowUs, replaced);
        }
    }

    /// <summary>
    /// The cgroups the configuration names by path that are not watched yet, and, without a bus, the units.
    /// </summary>
    public void OpenByPath(bool unitsToo, long nowUs, List<WatchedGroup> opened)
    {
        if (_configuration is not { } configuration)
            return;
        // By index: this runs at every interval, and the enumerator of an interface is an object.
        for (int i = 0; i < configuration.Watches.Count; i++)
        {
            Watch watch = configuration.Watches[i];
            if (watch.Cgroups.Count == 0)
                continue;
            foreach (string path in CgroupTree.Find(cgroupRoot, watch.Cgroups, watch.Exclude))
                OpenNew(path, GroupKind.Cgroup, path, nowUs, opened);
        }

        if (!unitsToo)
            return;
        foreach (string path in CgroupTree.FindUnits(cgroupRoot, UnitGlobs(configuration)))
        {
            string unit = path[(path.LastIndexOf('/') + 1)..];
            if (!Wants(unit))
                continue;
            OpenNew(unit, KindOf(unit), path, nowUs, opened);
        }
    }

    /// <summary>Whether it is watched, or would be if it ran.</summary>
    public bool Knows(string name) => _byName.ContainsKey(name)
        || (name.StartsWith('/') ? _configuration is not null && WantsPath(name) : Wants(name));

    /// <summary>Whether there is a cgroup at a path.</summary>
    public bool Exists(string path) => Directory.Exists(cgroupRoot + path);

    /// <summary>What a unit is, by its name.</summary>
    public static GroupKind KindOf(string unit) =>
        unit.EndsWith(".slice", StringComparison.Ordinal) ? GroupKind.Slice : GroupKind.Unit;

    public void Dispose()
    {
        foreach (WatchedGroup group in _all)
            group.Dispose();
    }

    private void OpenNew(string name, GroupKind kind, string path, long nowUs, List<WatchedGroup> opened)
    {
        if (!_byName.ContainsKey(name) && Open(name, kind, path, null, null, nowUs) is { } group)
            opened.Add(group);
    }

    private static string[] UnitGlobs(Configuration configuration) =>
        [.. configuration.Watches.SelectMany(watch => watch.Units.Concat(watch.Slices))];

    private bool WantsPath(string path)
    {
        foreach (Watch watch in _configuration!.Watches)
        {
            if (Glob.IsMatchAny(watch.Cgroups, path) && !Glob.IsMatchAny(watch.Exclude, path))
                return true;
        }

        return false;
    }

    private Rule[] RulesFor(string name) =>
        [.. _configuration!.Rules.Where(rule =>
            rule.Condition is not BudgetCondition && Glob.IsMatchAny(rule.Units, name))];
}
