using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Actions;

/// <summary>Whether the actions of an alert may be done.</summary>
/// <param name="AtUs">When, CLOCK_MONOTONIC in microseconds; null where they may not.</param>
/// <param name="Reason">Why not, in words.</param>
/// <param name="RetryUs">When it is worth asking again.</param>
public readonly record struct ActionVerdict(long? AtUs, string Reason, long RetryUs);

/// <summary>
/// Keeps actions from becoming the incident: a cooldown and a count by rule and unit, a count and a pause for the
/// whole host. Pure: all it knows are its arguments.
/// </summary>
public static class ActionBudget
{
    /// <summary>What would have to be put off for longer, beyond its jitter, is refused.</summary>
    private const long LongestQueueUs = 300_000_000;

    private const long FullRetryUs = 3_600_000_000;

    /// <summary>Decides on the actions of one alert. What is admitted is to be noted in the ledger.</summary>
    /// <param name="ledger">What was done, and is put off.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="rule">The rule that fired.</param>
    /// <param name="episode">The number of the alert: with unit and rule it draws the jitter.</param>
    /// <param name="host">What holds for the whole host.</param>
    /// <param name="nowUs">CLOCK_MONOTONIC in microseconds.</param>
    public static ActionVerdict Decide(
        ActionLedger ledger, string unit, Rule rule, uint episode, ActionOptions host, long nowUs)
    {
        ledger.Prune(nowUs);
        IReadOnlyList<ActionEntry> all = ledger.Entries;
        if (all.Count >= ActionLedger.MaxEntries)
            return Refuse($"budget: {all.Count} actions are remembered, and no more can be", nowUs + FullRetryUs);
        ActionLimits own = rule.Limits;
        long wantedUs = nowUs + Jitter(unit, rule.Name, episode, own.Jitter);
        long atUs = NextGap(all, wantedUs, ToUs(host.MinInterval));
        if (atUs - wantedUs > LongestQueueUs)
            return Refuse("budget: too many actions wait for actions.min_interval already", nowUs + LongestQueueUs);
        // An alert of a budget is one for its group, whichever unit is acted upon.
        string? whose = rule.Condition is BudgetCondition ? null : unit;
        Count last = Within(all, atUs, own.Cooldown, whose, rule.Name);
        if (last.Times > 0)
            return Refuse(
                $"cooldown: {Left(last.LastUs, own.Cooldown, nowUs)} left of action_cooldown",
                last.LastUs + ToUs(own.Cooldown));
        Count done = Within(all, atUs, own.Window, whose, rule.Name);
        if (done.Times >= own.Limit)
            return Refuse(
                $"limit: done {Times(done)} within {TimeSpanText.Format(own.Window)}, and action_limit is {own.Limit}",
                done.FirstUs + ToUs(own.Window));
        Count anywhere = Within(all, atUs, host.Window, unit: null, rule: null);
        return anywhere.Times >= host.MaxPerHost
            ? Refuse(
                $"limit of the host: done {Times(anywhere)} within {TimeSpanText.Format(host.Window)}, and "
                + $"actions.max_per_host is {host.MaxPerHost}", anywhere.FirstUs + ToUs(host.Window))
            : new ActionVerdict(atUs, "", atUs);
    }

    /// <summary>
    /// By how much an alert's actions are put off: of all alerts evenly, of one always the same. FNV-1a, as no hash of
    /// the runtime is the same in every process.
    /// </summary>
    public static long Jitter(string unit, string rule, uint episode, TimeSpan most)
    {
        if (most <= TimeSpan.Zero)
            return 0;
        ulong hash = 14_695_981_039_346_656_037;
        foreach (char c in unit)
            hash = (hash ^ c) * 1_099_511_628_211;
        foreach (char c in rule)
            hash = (hash ^ c) * 1_099_511_628_211;
        for (int shift = 0; shift < 32; shift += 8)
            hash = (hash ^ (byte)(episode >> shift)) * 1_099_511_628_211;
        // The low bits alone depend on the last characters too little.
        hash ^= hash >> 32;
        return (long)(hash % (ulong)(ToUs(most) + 1));
    }

    // Entries nearer to the time than the window, before it and, where they are put off, behind it.
    private static Count Within(
        IReadOnlyList<ActionEntry> all, long atUs, TimeSpan window, string? unit, string? rule)
    {
        var found = new Count(0, long.MaxValue, long.MinValue);
        for (int i = 0; i < all.Count; i++)
        {
            ActionEntry entry = all[i];
            if ((unit is not null && entry.Unit != unit) || (rule is not null && entry.Rule != rule)
                || Math.Abs(entry.TimeUs - atUs) >= ToUs(window))
                continue;
            found = new Count(
                found.Times + 1, Math.Min(found.FirstUs, entry.TimeUs), Math.Max(found.LastUs, entry.TimeUs));
        }

        return found;
    }

    // The first time from there on that no other is nearer to than the pause.
    private static long NextGap(IReadOnlyList<ActionEntry> all, long fromUs, long pauseUs)
    {
        long atUs = fromUs;
        bool isMoved = pauseUs > 0;
        while (isMoved && atUs - fromUs <= LongestQueueUs)
        {
            isMoved = false;
            for (int i = 0; i < all.Count; i++)
            {
                if (Math.Abs(all[i].TimeUs - atUs) >= pauseUs)
                    continue;
                atUs = all[i].TimeUs + pauseUs;
                isMoved = true;
            }
        }

        return atUs;
    }

    private static ActionVerdict Refuse(string reason, long retryUs) => new(null, reason, retryUs);

    private static string Left(long lastUs, TimeSpan cooldown, long nowUs) =>
        TimeSpanText.Format(TimeSpan.FromSeconds(Math.Ceiling((lastUs + ToUs(cooldown) - nowUs) / 1e6)));

    private static string Times(Count count) => count.Times == 1 ? "once" : $"{count.Times} times";

    private static long ToUs(TimeSpan span) => (long)span.TotalMicroseconds;

    private readonly record struct Count(int Times, long FirstUs, long LastUs);
}
