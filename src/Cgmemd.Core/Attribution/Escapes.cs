using System.Runtime.InteropServices;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// Which processes of the host belong to a unit and are in a cgroup that is not below it: what they use is not in the
/// unit's memory. A pure function of what it is given; used again, it allocates nothing once it has grown to the host.
/// </summary>
/// <remarks>What it takes for a sign and what not, and where it errs: docs/attribution.md.</remarks>
public sealed class Escapes
{
    private const int NotYet = -2;
    private const int None = -1;

    private readonly FollowedUnits _units = new();
    private readonly List<HostProcess> _processes = [];
    private readonly Dictionary<int, int> _byPid = [];

    // Of a session whose maker has exited: its eldest process in a service.
    private readonly Dictionary<int, int> _eldest = [];
    private readonly List<Origin> _origins = [];
    private readonly List<int> _inherited = [];
    private readonly List<int> _climb = [];

    /// <summary>All processes, in the order in which they were added.</summary>
    public IReadOnlyList<HostProcess> Processes => _processes;

    /// <summary>Begins anew.</summary>
    /// <param name="units">Not changed until the next time.</param>
    public void Begin(IReadOnlyList<FollowedUnit> units)
    {
        _units.Set(units);
        _processes.Clear();
        _byPid.Clear();
        _eldest.Clear();
        _origins.Clear();
    }

    /// <summary>Adds a process; one that is there already is left out.</summary>
    public void Add(in HostProcess process)
    {
        if (!_byPid.TryAdd(process.Pid, _processes.Count))
            return;
        _processes.Add(process);
        _origins.Add(new Origin(process.Cgroup is { } cgroup ? _units.HomeOf(cgroup) : None));
    }

    /// <summary>Whether it is known where a process is.</summary>
    public bool HasPlaceOf(int pid) => _byPid.TryGetValue(pid, out int at) && _processes[at].Cgroup is not null;

    /// <summary>Says that a process was in a unit when that was last looked at.</summary>
    /// <param name="pid">Its pid.</param>
    /// <param name="startTimeTicks">Another process by that pid is not it.</param>
    /// <param name="unit">The index of the unit.</param>
    public void Saw(int pid, ulong startTimeTicks, int unit)
    {
        if (_byPid.TryGetValue(pid, out int at) && _processes[at].StartTimeTicks == startTimeTicks)
            At(at).SeenIn = unit;
    }

    /// <summary>Decides, by all signs but the environment, when all processes are there.</summary>
    public void Resolve()
    {
        Inherit();
        FindSessions();
        for (int i = 0; i < _processes.Count; i++)
        {
            if (SessionOrigin(i) is var unit and not None)
                Claim(i, unit, EscapeSign.Session);
        }

        for (int i = 0; i < _processes.Count; i++)
            Claim(i, At(i).SeenIn, EscapeSign.Seen);
        Inherit();
    }

    /// <summary>
    /// Whether the environment of a process may tell what the other signs do not: nobody is left who forked it. Not of
    /// what a manager has started as a service: to read it waits for its mmap lock, and one that hangs would keep all
    /// others from being measured.
    /// </summary>
    public bool MayTellMore(int index)
    {
        HostProcess process = _processes[index];
        return process is { HasMemory: true, Cgroup: { } cgroup, Pid: not 1 } && At(index).Sign == EscapeSign.None
            && !cgroup.EndsWith(".service", StringComparison.Ordinal)
            && ParentOf(process) is var parent
            && (parent == None || IsManager(_processes[parent]));
    }

    /// <summary>Takes over INVOCATION_ID of an environment; <see cref="Spread"/> follows when all are there.</summary>
    public void TakeInvocation(int index, string invocationId) =>
        Claim(index, _units.OfInvocation(invocationId), EscapeSign.Invocation);

    /// <summary>Lets the descendants follow those whose environment has told.</summary>
    public void Spread() => Inherit();

    /// <summary>Whether a process has left a unit.</summary>
    /// <param name="index">Of <see cref="Processes"/>.</param>
    /// <param name="unit">The index of the unit.</param>
    /// <param name="sign">By what it is known.</param>
    public bool TryGet(int index, out int unit, out EscapeSign sign)
    {
        (unit, sign) = (At(index).Unit, At(index).Sign);
        return sign != EscapeSign.None && _processes[index].HasMemory;
    }

    /// <summary>Whether the parent of a process has left the same unit and is where this one is.</summary>
    public bool IsBehindItsParent(int index)
    {
        HostProcess process = _processes[index];
        return ParentOf(process) is var parent and not None && At(parent).Unit == At(index).Unit
            && _processes[parent].Cgroup == process.Cgroup;
    }

    // From each process up to the first whose origin is known, and back down. A memo keeps it linear.
    private void Inherit()
    {
        _inherited.Clear();
        for (int i = 0; i < _processes.Count; i++)
            _inherited.Add(NotYet);
        for (int i = 0; i < _processes.Count; i++)
        {
            _climb.Clear();
            for (int at = i; at != None && _inherited[at] == NotYet; at = ParentOf(_processes[at]))
            {
                // For now: pids read one after the other may make a ring.
                _inherited[at] = None;
                _climb.Add(at);
            }

            for (int step = _climb.Count - 1; step >= 0; step--)
                InheritOne(_climb[step]);
        }
    }

    private void InheritOne(int at)
    {
        int parent = ParentOf(_processes[at]);
        int home = parent == None ? None : At(parent).Home;
        // The nearest first: a process of a container is its container's, and only then of who runs that.
        if (home != None)
            Claim(at, home, EscapeSign.Parent);
        if (parent != None && At(parent).Sign != EscapeSign.None)
            Claim(at, At(parent).Unit, EscapeSign.Parent);
        _inherited[at] = At(at).Unit;
    }

    private void FindSessions()
    {
        for (int i = 0; i < _processes.Count; i++)
        {
            HostProcess process = _processes[i];
            int home = At(i).Home;
            if (home == None || !_units.BeginsItsOwn(home) || _byPid.ContainsKey(process.SessionId))
                continue;
            ref int eldest = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _eldest, process.SessionId, out bool isThere);
            if (!isThere || _processes[eldest].StartTimeTicks > process.StartTimeTicks)
                eldest = i;
        }
    }

    private int SessionOrigin(int index)
    {
        HostProcess process = _processes[index];
        if (process.SessionId <= 1 || process.SessionId == process.Pid)
            return None;
        if (!_byPid.TryGetValue(process.SessionId, out int maker))
            return _eldest.TryGetValue(process.SessionId, out int eldest) ? At(eldest).Home : None;
        // Not who has the pid now of one that is gone: its session would not be its own pid, or it would be younger.
        HostProcess leader = _processes[maker];
        if (leader.SessionId != leader.Pid || leader.StartTimeTicks > process.StartTimeTicks)
            return None;
        return At(maker).Home != None ? At(maker).Home : At(maker).Unit;
    }

    private void Claim(int index, int unit, EscapeSign sign)
    {
        ref Origin origin = ref At(index);
        if (unit < 0 || origin.Sign != EscapeSign.None || _processes[index] is not { Cgroup: { } cgroup, Pid: not 1 }
            || _units.Holds(unit, cgroup) || _units.IsManager(unit))
            return;
        (origin.Unit, origin.Sign) = (unit, sign);
    }

    // PID 1 and the kernel's threads are nobody's ancestors, and who began later did not fork it.
    private int ParentOf(in HostProcess process) =>
        process.ParentPid > 1 && _byPid.TryGetValue(process.ParentPid, out int parent)
        && _processes[parent] is { ParentPid: > 0 } found && found.StartTimeTicks <= process.StartTimeTicks
            ? parent
            : None;

    private static bool IsManager(in HostProcess process) =>
        process.Cgroup?.EndsWith("/init.scope", StringComparison.Ordinal) == true;

    private ref Origin At(int index) => ref CollectionsMarshal.AsSpan(_origins)[index];

    private struct Origin(int home)
    {
        /// <summary>The unit whose cgroup it is in, or -1.</summary>
        public readonly int Home = home;

        /// <summary>The unit it has left, or -1.</summary>
        public int Unit = None;

        public EscapeSign Sign = EscapeSign.None;

        public int SeenIn = None;
    }
}
