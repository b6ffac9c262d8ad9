namespace Cgmemd.Linux.Systemd;

/// <summary>
/// Which units there are, and which changes follow from what systemd tells. Pure: it is told of signals and replies,
/// and hands out the changes and the questions that are to be asked. Only wanted units take memory.
/// </summary>
internal sealed class UnitTracker(Func<string, bool> wants)
{
    private readonly Dictionary<string, TrackedUnit> _byPath = new(StringComparer.Ordinal);
    private readonly Queue<UnitChange> _changes = new();
    private readonly Queue<TrackedUnit> _questions = new();

    /// <summary>How many units are followed.</summary>
    public int Count => _byPath.Count;

    /// <summary>How many changes wait to be taken.</summary>
    public int PendingChanges => _changes.Count;

    /// <summary>Whether systemd is still to be asked something.</summary>
    public bool HasQuestions => _questions.Count > 0;

    public bool TryTakeChange(out UnitChange change) => _changes.TryDequeue(out change!);

    /// <summary>The next unit to ask systemd about: its state where that is needed, else its group.</summary>
    public bool TryTakeQuestion(out TrackedUnit unit)
    {
        while (_questions.TryDequeue(out unit!))
        {
            unit.IsQueried = false;
            if (Follows(unit) && (unit.NeedsState || unit.IsAlive))
                return true;
        }

        return false;
    }

    /// <summary>The followed unit of an object path, or null. Allocates nothing.</summary>
    public TrackedUnit? Find(ReadOnlySpan<char> path) =>
        _byPath.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out TrackedUnit? unit) ? unit : null;

    /// <summary>A full list begins: what it does not name is gone at its end.</summary>
    public void BeginList()
    {
        foreach (TrackedUnit unit in _byPath.Values)
            unit.IsListed = false;
    }

    /// <summary>A unit of a list, with its state.</summary>
    public void Listed(string name, string path, string activeState, string subState)
    {
        if (Follow(name, path) is not { } unit)
            return;
        unit.IsListed = true;
        unit.NeedsInvocationId = true;
        Settle(unit, activeState, subState);
    }

    /// <summary>The list is complete.</summary>
    public void EndList()
    {
        foreach (TrackedUnit unit in _byPath.Values)
        {
            if (!unit.IsListed)
                Remove(unit);
        }
    }

    /// <summary>A unit was loaded.</summary>
    /// <remarks>
    /// systemd sends UnitNew instead of the first PropertiesChanged, so a unit that started at once says no more of
    /// itself: its state must be asked for (bus_unit_send_change_signal in src/core/dbus-unit.c).
    /// </remarks>
    public void Loaded(string name, string path)
    {
        if (Follow(name, path) is not { } unit)
            return;
        unit.NeedsState = true;
        Question(unit);
    }

    /// <summary>A unit was unloaded.</summary>
    public void Unloaded(ReadOnlySpan<char> path)
    {
        if (Find(path) is { } unit)
            Remove(unit);
    }

    /// <summary>The state changed; null is what the signal did not tell.</summary>
    public void StateChanged(TrackedUnit unit, string? activeState, string? subState, string? invocationId)
    {
        if (invocationId is not null)
            InvocationSeen(unit, invocationId);
        Settle(unit, activeState ?? unit.ActiveState, subState ?? unit.SubState);
    }

    /// <summary>
    /// The answers about the state. They are two, and the unit may have changed between them: where a signal told of
    /// that, the first of them is from before it, and would make a unit that runs one that does not, for good.
    /// </summary>
    public void StateAnswered(TrackedUnit unit, string activeState, string subState)
    {
        if (!Follows(unit) || !unit.NeedsState)
            return;
        unit.NeedsInvocationId = true;
        Settle(unit, activeState, subState);
    }

    /// <summary>The answer about the invocation; an empty id is a unit that was never started.</summary>
    public void InvocationSeen(TrackedUnit unit, string invocationId)
    {
        unit.NeedsInvocationId = false;
        string? id = invocationId.Length == 0 ? null : invocationId;
        if (id == unit.InvocationId)
            return;
        if (unit.Reported is { InvocationId: not null })
            ReportGone(unit, result: null); // The end of the old one was not seen, nor why it ended.
        unit.InvocationId = id;
        unit.Result = null;
    }

    /// <summary>The answer about the control group; an empty path is a unit that has none.</summary>
    public void ControlGroupSeen(TrackedUnit unit, string controlGroup)
    {
        if (!Follows(unit) || !unit.IsAlive)
            return;
        unit.ControlGroup = controlGroup.Length == 0 ? null : controlGroup;
        if (unit.ControlGroup is null)
            ReportGone(unit, unit.Result);
        else
            ReportPresent(unit);
    }

    private TrackedUnit? Follow(string name, string path)
    {
        if (SystemdNames.TypeInterface(name) is null || !wants(name))
            return null;
        if (_byPath.TryGetValue(path, out TrackedUnit? unit))
            return unit;
        unit = new TrackedUnit(name, path);
        _byPath.Add(path, unit);
        return unit;
    }

    private bool Follows(TrackedUnit unit) =>
        _byPath.TryGetValue(unit.Path, out TrackedUnit? followed) && ReferenceEquals(followed, unit);

    private void Settle(TrackedUnit unit, string activeState, string subState)
    {
        (unit.ActiveState, unit.SubState, unit.NeedsState) = (activeState, subState, false);
        if (!unit.IsAlive)
        {
            ReportGone(unit, unit.Result);
            unit.ControlGroup = null;
        }
        else
        {
            Question(unit);
        }
    }

    private void Question(TrackedUnit unit)
    {
        if (unit.IsQueried)
            return;
        unit.IsQueried = true;
        _questions.Enqueue(unit);
    }

    private void Remove(TrackedUnit unit)
    {
        ReportGone(unit, unit.Result);
        _byPath.Remove(unit.Path);
    }

    private void ReportPresent(TrackedUnit unit)
    {
        var change = new UnitChange(
            unit.Name, UnitChangeKind.Present, unit.ActiveState, unit.SubState, unit.ControlGroup, unit.InvocationId,
            Result: null);
        if (change == unit.Reported)
            return;
        unit.Reported = change;
        _changes.Enqueue(change);
    }

    private void ReportGone(TrackedUnit unit, string? result)
    {
        if (unit.Reported is not { } reported)
            return;
        unit.Reported = null;
        _changes.Enqueue(reported with
        {
            Kind = UnitChangeKind.Gone,
            ActiveState = unit.ActiveState,
            SubState = unit.SubState,
            Result = result,
        });
    }
}
