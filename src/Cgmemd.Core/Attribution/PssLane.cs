namespace Cgmemd.Core.Attribution;

/// <summary>
/// A part of the budget with the processes that live on it: those that go first and the others. Where both wait, the
/// first get three quarters of the time. Times are microseconds.
/// </summary>
/// <param name="burstUs">So much may be spent before it rests.</param>
internal sealed class PssLane(long burstUs)
{
    private const int FirstWeight = 3;

    private readonly PssQueue _first = new();
    private readonly PssQueue _others = new();
    private long _spentUs;

    // Above zero the others have time to come to them.
    private long _owedToOthersUs;

    /// <summary>How many processes live on it, the one being read included.</summary>
    public int Count { get; set; }

    /// <summary>The end of its rest.</summary>
    public long FreeUs { get; private set; }

    /// <summary>When it may read next: after its rest, as soon as one is due. long.MaxValue for never.</summary>
    public long NextUs
    {
        get
        {
            long dueUs = Math.Min(_first.First?.DueUs ?? long.MaxValue, _others.First?.DueUs ?? long.MaxValue);
            return Math.Max(dueUs, FreeUs);
        }
    }

    /// <summary>Takes the task out that is to be read now; null for none.</summary>
    public PssTask? Take(long nowUs)
    {
        if (nowUs < NextUs)
            return null;
        PssTask? first = _first.First is { } a && a.DueUs <= nowUs ? a : null;
        PssTask? other = _others.First is { } b && b.DueUs <= nowUs ? b : null;
        // Nobody is owed for time in which nobody waited.
        if (first is null || other is null)
            _owedToOthersUs = 0;
        PssTask taken = first is null || (other is not null && _owedToOthersUs > 0) ? other! : first;
        taken.Queue!.Remove(taken);
        return taken;
    }

    public void Add(PssTask task) => (task.GoesFirst ? _first : _others).Add(task);

    /// <summary>Whether it waits here.</summary>
    public bool Holds(PssTask task) => task.Queue == _first || task.Queue == _others;

    /// <summary>Accounts for time spent, and rests when the burst is spent.</summary>
    /// <param name="costUs">The time.</param>
    /// <param name="wentFirst">For whom.</param>
    /// <param name="share">The part of all time that is this lane's.</param>
    /// <param name="nowUs">The end of it.</param>
    public void Charge(long costUs, bool wentFirst, double share, long nowUs)
    {
        _owedToOthersUs += wentFirst ? costUs : -FirstWeight * costUs;
        _spentUs += costUs;
        if (_spentUs < burstUs)
            return;
        FreeUs = Math.Max(FreeUs, nowUs) + (long)(_spentUs / share);
        _spentUs = 0;
    }

    /// <summary>After the share has changed: what was to be rested by the former one is forgotten.</summary>
    public void Refresh() => FreeUs = 0;
}
