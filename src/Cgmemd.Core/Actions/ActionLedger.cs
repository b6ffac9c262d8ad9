using Cgmemd.Core.Rules;

namespace Cgmemd.Core.Actions;

/// <summary>
/// Remembers which actions were done when, and which are put off: the book that <see cref="ActionBudget"/> goes by. The
/// state file holds it over restarts of the daemon and of the host.
/// </summary>
/// <remarks>
/// While the daemon runs, times are on the monotonic clock, so that no step of the host's clock makes room. Over a
/// restart only CLOCK_REALTIME lasts: what then lies in the future, for the clock was set back, is taken to have been
/// done just now. That is the latest it can have been, so a limit may hold longer, and never shorter. A clock set
/// forward while the daemon did not run cannot be told from time that passed.
/// </remarks>
public sealed class ActionLedger
{
    /// <summary>A full ledger forgets none: nothing more is admitted until the oldest no longer counts.</summary>
    public const int MaxEntries = 2_048;

    private readonly List<ActionEntry> _entries = [];

    public ActionLedger()
    {
    }

    /// <summary>Goes on with what <see cref="Save"/> gave.</summary>
    public ActionLedger(ActionState saved, long realtimeUs, long nowUs)
    {
        LastNumber = saved.LastNumber;
        for (int i = Math.Max(0, saved.Entries.Count - MaxEntries); i < saved.Entries.Count; i++)
        {
            ActionEntry entry = saved.Entries[i];
            LastNumber = Math.Max(LastNumber, entry.Number);
            _entries.Add(entry with { TimeUs = Math.Min(entry.TimeUs - realtimeUs, 0) + nowUs });
        }
    }

    /// <summary>By their numbers; times are CLOCK_MONOTONIC, before the boot less than 0.</summary>
    public IReadOnlyList<ActionEntry> Entries => _entries;

    /// <summary>The highest number given.</summary>
    public ulong LastNumber { get; private set; }

    /// <summary>Notes that the actions of a rule are to be done at a time.</summary>
    public ActionEntry Add(string unit, string rule, long atUs)
    {
        var entry = new ActionEntry(TakeNumber(), unit, rule, atUs);
        _entries.Add(entry);
        return entry;
    }

    /// <summary>A number for something that needs one of its own.</summary>
    public ulong TakeNumber() => ++LastNumber;

    /// <summary>Strikes out one of which nothing was done after all.</summary>
    public void Remove(ulong number) => _entries.RemoveAll(entry => entry.Number == number);

    /// <summary>Forgets what no limit can count any more.</summary>
    public void Prune(long nowUs)
    {
        long longestUs = (long)ActionLimits.Longest.TotalMicroseconds;
        _entries.RemoveAll(entry => nowUs - entry.TimeUs > longestUs);
    }

    /// <summary>It as the state file keeps it.</summary>
    public ActionState Save(long realtimeUs, long nowUs) =>
        new(LastNumber, _entries.ConvertAll(entry => entry with { TimeUs = entry.TimeUs - nowUs + realtimeUs }));
}
