using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>For a while, alerts of some units or rules are not told, and nothing is done for them.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="Units">A glob over units.</param>
/// <param name="Rules">A glob over rules.</param>
/// <param name="FromUsec">When it began, CLOCK_REALTIME in microseconds: it outlives the boot.</param>
/// <param name="UntilUsec">When it ends, CLOCK_REALTIME in microseconds.</param>
/// <param name="Reason">Why, in the operator's words.</param>
public sealed record Silence(uint Id, string Units, string Rules, long FromUsec, long UntilUsec, string Reason)
{
    // A star for all, for plain cgroups too, whose paths have slashes.
    public bool Covers(string unit, string rule) =>
        (Units == "*" || Glob.IsMatch(Units, unit)) && Glob.IsMatch(Rules, rule);
}

/// <summary>The silences that hold. Bounded: who makes them is root, but may be a script.</summary>
public sealed class Silences
{
    /// <summary>More than so many are refused.</summary>
    public const int Max = 256;

    private readonly List<Silence> _all;

    public Silences(IEnumerable<Silence> all) => _all = [.. all];

    /// <summary>Those that were not over when it was last asked, in the order they were made.</summary>
    public IReadOnlyList<Silence> All => _all;

    /// <summary>The one that covers a rule of a unit now; null where none does.</summary>
    public Silence? Find(string unit, string rule, long realtimeUs)
    {
        for (int i = 0; i < _all.Count; i++)
        {
            if (realtimeUs < _all[i].UntilUsec && _all[i].Covers(unit, rule))
                return _all[i];
        }

        return null;
    }

    /// <summary>Adds one; null where there are too many.</summary>
    public Silence? Add(string units, string rules, long fromUs, long untilUs, string reason)
    {
        if (_all.Count >= Max)
            return null;
        uint id = 1;
        while (_all.Exists(silence => silence.Id == id))
            id++;
        var added = new Silence(id, units, rules, fromUs, untilUs, reason);
        _all.Add(added);
        return added;
    }

    /// <summary>Ends one before its time; null where none has that number.</summary>
    public Silence? Remove(uint id)
    {
        int index = _all.FindIndex(silence => silence.Id == id);
        if (index < 0)
            return null;
        Silence removed = _all[index];
        _all.RemoveAt(index);
        return removed;
    }

    /// <summary>Takes out one that is over; null when there is none.</summary>
    public Silence? TakeEnded(long realtimeUs) =>
        _all.Find(silence => realtimeUs >= silence.UntilUsec) is { } ended ? Remove(ended.Id) : null;
}
