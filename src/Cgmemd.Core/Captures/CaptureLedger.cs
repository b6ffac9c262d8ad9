namespace Cgmemd.Core.Captures;

/// <summary>
/// When a capture was begun for a unit by a rule. The time is CLOCK_REALTIME in microseconds, as it outlives the boot.
/// </summary>
public sealed record CaptureEntry(string Unit, string Rule, long TimeUs);

/// <summary>
/// Remembers what was captured when, and so keeps a rule that fires again and again from filling the disk. The state
/// file holds it over restarts of the daemon and of the host.
/// </summary>
public sealed class CaptureLedger
{
    /// <summary>More entries than this are not kept: the oldest go first.</summary>
    public const int MaxEntries = 1_024;

    private readonly List<CaptureEntry> _entries;

    public CaptureLedger(IEnumerable<CaptureEntry> entries) => _entries = [.. entries.TakeLast(MaxEntries)];

    /// <summary>The latest capture of each unit and rule, oldest first.</summary>
    public IReadOnlyList<CaptureEntry> Entries => _entries;

    /// <summary>
    /// How long the cooldown still holds for this unit and rule; zero when a capture may begin. A capture that lies in
    /// the future, because the clock was set back, holds nothing up: how long ago it was is not known.
    /// </summary>
    public TimeSpan CooldownLeft(string unit, string rule, TimeSpan cooldown, long nowUs)
    {
        CaptureEntry? last = _entries.FindLast(entry => entry.Unit == unit && entry.Rule == rule);
        if (last is null || last.TimeUs > nowUs)
            return TimeSpan.Zero;
        TimeSpan passed = TimeSpan.FromMicroseconds(nowUs - last.TimeUs);
        return passed >= cooldown ? TimeSpan.Zero : cooldown - passed;
    }

    /// <summary>Notes that a capture begins.</summary>
    public void Add(string unit, string rule, long nowUs)
    {
        _entries.RemoveAll(entry => entry.Unit == unit && entry.Rule == rule);
        if (_entries.Count == MaxEntries)
            _entries.RemoveAt(0);
        _entries.Add(new CaptureEntry(unit, rule, nowUs));
    }
}
