using Cgmemd.Core.Rules;
using Cgmemd.Linux;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Alerts;

/// <summary>The silences in force: each one's beginning and end is said.</summary>
internal sealed class Silencing(ILogger log, TimeProvider time)
{
    /// <summary>
    /// For the unit of an alert that is of none, as a budget's: only silences over all units cover it.
    /// </summary>
    public const string NoUnit = "";

    /// <summary>Those that hold, and those that are over and not yet ended.</summary>
    public Silences Silences { get; private set; } = new([]);

    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Takes over those of a former run.</summary>
    public void Restore(IReadOnlyList<Silence> silences) => Silences = new(silences);

    /// <summary>Whether a silence is over an alert now.</summary>
    public bool Covers(string unit, string rule) => Find(unit, rule) is not null;

    /// <summary>Why an alert is not to be told now; null where no silence is over it.</summary>
    public string? Over(string unit, string rule) =>
        Find(unit, rule) is { } silence ? $"silence {silence.Id}: {silence.Reason}" : null;

    /// <summary>Begins one; null where there are too many.</summary>
    public Silence? Begin(string units, string rules, long durationUs, string reason)
    {
        long nowUs = time.RealtimeUs();
        if (Silences.Add(units, rules, nowUs, nowUs + durationUs, reason) is not { } silence)
            return null;
        IsDirty = true;
        log.SilenceBegun(silence.Id, units, rules, durationUs, reason);
        return silence;
    }

    /// <summary>Ends one before its time; null where none has the number.</summary>
    public Silence? End(uint id)
    {
        Silence? ended = Silences.Remove(id);
        if (ended is not null)
            Said(ended);
        return ended;
    }

    /// <summary>Ends those that are over.</summary>
    public void EndThoseOver()
    {
        while (Silences.TakeEnded(time.RealtimeUs()) is { } ended)
            Said(ended);
    }

    private Silence? Find(string unit, string rule) =>
        Silences.All.Count > 0 ? Silences.Find(unit, rule, time.RealtimeUs()) : null;

    private void Said(Silence ended)
    {
        IsDirty = true;
        log.SilenceEnded(ended.Id, ended.Units, ended.Rules, ended.Reason);
    }
}
