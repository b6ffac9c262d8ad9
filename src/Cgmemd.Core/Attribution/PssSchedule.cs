namespace Cgmemd.Core.Attribution;

/// <summary>How often PSS may be read.</summary>
/// <param name="Interval">The shortest age of a process's figures before they are read again.</param>
/// <param name="Share">The part of wall time that all reading may take, such as 0.005.</param>
/// <param name="TargetShare">The part of wall time for which one process may be held by its mmap lock.</param>
public readonly record struct PssLimits(TimeSpan Interval, double Share, double TargetShare);

/// <summary>
/// When the PSS of which process is read, by what that costs. Every process is due by age: after the interval, and not
/// before its own last reading is paid by the target's share. Those due are read in the order in which they became due,
/// as the share of all time allows; preferred ones and those never read go first, with at most three quarters of it.
/// Processes whose reading takes long live on half of the budget, so that the others do not wait for what they cost.
/// A pure function of what it is told. Times are microseconds.
/// </summary>
/// <remarks>
/// The bounds it keeps, held by tests: in any time T all readings take at most Share × T, the bursts of the lanes and
/// one reading more than that. One that is due waits at most until its lane has spent four times the sum of the costs
/// of the processes in it.
/// </remarks>
public sealed class PssSchedule
{
    /// <summary>A process that takes longer is a large one.</summary>
    public const long LargeUs = 20_000;

    /// <summary>What one wake-up may spend on small ones.</summary>
    public const long BurstUs = 5_000;

    /// <summary>How often the processes of the groups are listed, at most.</summary>
    public const long ListingUs = 10_000_000;

    /// <summary>How often all processes of the host are looked through, at most.</summary>
    public const long ScanUs = 30_000_000;

    private const double ReadingPart = 0.75;

    /// <summary>New processes of a unit are found by lists, which therefore have more than scans of the host.</summary>
    private const double ListingPart = 0.1875;

    private const double ScanPart = 1 - ReadingPart - ListingPart;

    private readonly PssCostModel _model = new();
    private readonly PssLane _small = new(BurstUs);
    private readonly PssLane _large = new(burstUs: 0);
    private PssLimits _limits;

    /// <summary>What a reading takes on this host.</summary>
    public PssCostModel Model => _model;

    /// <summary>How many processes there are.</summary>
    public int Count => _small.Count + _large.Count;

    /// <summary>All time spent, on readings and lists.</summary>
    public long SpentUs { get; private set; }

    /// <summary>When the processes are to be listed anew.</summary>
    public long ListingDueUs { get; private set; }

    /// <summary>Takes over limits; each process is then to be given to <see cref="Reschedule"/>.</summary>
    public void Configure(PssLimits limits)
    {
        _limits = limits;
        _small.Refresh();
        _large.Refresh();
        ListingDueUs = 0;
    }

    /// <summary>Begins with a process that was never read.</summary>
    /// <param name="task">Fresh, or reset.</param>
    /// <param name="resident">Bytes.</param>
    /// <param name="isPreferred">As of <see cref="Prefer"/>.</param>
    /// <param name="dueUs">When it may be read: not in its first seconds.</param>
    public void Add(PssTask task, ulong resident, bool isPreferred, long dueUs)
    {
        (task.Resident, task.IsPreferred, task.DueUs) = (resident, isPreferred, dueUs);
        Enqueue(task);
    }

    /// <summary>Forgets a process.</summary>
    public void Remove(PssTask task)
    {
        if (task.Queue is not null)
            Dequeue(task);
    }

    /// <summary>Whether it goes before others: its unit is near its limit, or has an alert.</summary>
    public void Prefer(PssTask task, bool isPreferred)
    {
        if (task.IsPreferred == isPreferred || task.Queue is null)
            return;
        Dequeue(task);
        task.IsPreferred = isPreferred;
        Enqueue(task);
    }

    /// <summary>Makes it due whatever its age, as far as its target's share allows.</summary>
    public void Hurry(PssTask task, long nowUs)
    {
        if (task.Queue is null || task.ReadUs is not { } readUs)
            return;
        Dequeue(task);
        task.DueUs = Math.Min(task.DueUs, Math.Max(nowUs, readUs + OwnRestUs(task)));
        Enqueue(task);
    }

    /// <summary>Sets anew when it is due, by the limits as they are now.</summary>
    public void Reschedule(PssTask task)
    {
        if (task.Queue is null || task.ReadUs is not { } readUs)
            return;
        Dequeue(task);
        task.DueUs = readUs + RestUs(task);
        Enqueue(task);
    }

    /// <summary>
    /// Takes the process that is to be read now; <see cref="Complete"/>, <see cref="Postpone"/> or
    /// <see cref="Restart"/> follows. Null where none is due or the budget is spent.
    /// </summary>
    public PssTask? Take(long nowUs)
    {
        PssTask? task = _large.Take(nowUs);
        if (task is not null)
            _large.Count--;
        else if ((task = _small.Take(nowUs)) is not null)
            _small.Count--;
        return task;
    }

    /// <summary>
    /// Whether a taken process is still to be read now that its size is known. It may have grown: then it waits until
    /// a reading of that size is allowed.
    /// </summary>
    public bool Confirms(PssTask task, ulong resident, long nowUs)
    {
        bool wasLarge = IsLarge(task);
        task.Resident = resident;
        if (task.ReadUs is { } readUs && readUs + OwnRestUs(task) > nowUs)
        {
            task.DueUs = readUs + OwnRestUs(task);
            Enqueue(task);
            return false;
        }

        // The lane it was taken from is not the one that has to pay.
        bool mayPay = wasLarge || !IsLarge(task);
        if (!mayPay)
            Enqueue(task);
        return mayPay;
    }

    /// <summary>Takes a reading into account; the process is due again after its rest.</summary>
    public void Complete(PssTask task, long costUs, long nowUs)
    {
        _model.Learn(task.Resident, costUs);
        Charge(task, costUs, nowUs);
        (task.CostUs, task.CostResident, task.ReadUs) = (Math.Max(costUs, 1), task.Resident, nowUs);
        task.DueUs = nowUs + RestUs(task);
        Enqueue(task);
    }

    /// <summary>The reading gave nothing: it is tried again after an interval.</summary>
    public void Postpone(PssTask task, long costUs, long nowUs)
    {
        Charge(task, costUs, nowUs);
        task.DueUs = nowUs + Math.Max((long)_limits.Interval.TotalMicroseconds, (long)(costUs / _limits.TargetShare));
        Enqueue(task);
    }

    /// <summary>A taken one turned out to be another process, of which nothing is known but its size.</summary>
    public void Restart(PssTask task, ulong resident, long dueUs)
    {
        (task.ReadUs, task.CostUs, task.CostResident) = (null, 0, 0);
        (task.Resident, task.DueUs) = (resident, dueUs);
        Enqueue(task);
    }

    /// <summary>Accounts for a listing of some processes, for which the next of all waits.</summary>
    public void ListedSome(long costUs)
    {
        SpentUs += costUs;
        ListingDueUs += ListingRestUs(costUs);
    }

    /// <summary>Accounts for a listing of all processes.</summary>
    public void Listed(long costUs, long nowUs)
    {
        SpentUs += costUs;
        long intervalUs = Math.Min(ListingUs, (long)_limits.Interval.TotalMicroseconds);
        ListingDueUs = nowUs + Math.Max(intervalUs, ListingRestUs(costUs));
    }

    /// <summary>
    /// Accounts for a scan of all processes of the host: a sixteenth of the budget, for which no list waits.
    /// </summary>
    /// <returns>When the next may begin.</returns>
    public long Scanned(long costUs, long nowUs)
    {
        SpentUs += costUs;
        return nowUs + Math.Max(ScanUs, (long)(costUs / (_limits.Share * ScanPart)));
    }

    /// <summary>When there is something to do: in the past for at once.</summary>
    public long NextUs => Math.Min(ListingDueUs, Math.Min(_small.NextUs, _large.NextUs));

    /// <summary>What reading it will take, in microseconds.</summary>
    public long Estimate(PssTask task) => task.CostUs == 0
        ? _model.Estimate(task.Resident)
        : _model.Estimate(task.Resident, task.CostUs, task.CostResident);

    private long ListingRestUs(long costUs) => (long)(costUs / (_limits.Share * ListingPart));

    private bool IsLarge(PssTask task) => Estimate(task) > LargeUs;

    private long RestUs(PssTask task) => Math.Max((long)_limits.Interval.TotalMicroseconds, OwnRestUs(task));

    private long OwnRestUs(PssTask task) => (long)(Estimate(task) / _limits.TargetShare);

    private void Charge(PssTask task, long costUs, long nowUs)
    {
        SpentUs += costUs;
        bool isLarge = IsLarge(task) || costUs > LargeUs;
        // The small ones have all of the budget while nothing large is there, nor being rested for.
        double share = _limits.Share * ReadingPart;
        if (isLarge || _large.Count > 0 || _large.FreeUs > nowUs)
            share /= 2;
        (isLarge ? _large : _small).Charge(costUs, task.GoesFirst, share, nowUs);
    }

    private void Enqueue(PssTask task)
    {
        PssLane lane = IsLarge(task) ? _large : _small;
        lane.Add(task);
        lane.Count++;
    }

    private void Dequeue(PssTask task)
    {
        PssLane lane = _large.Holds(task) ? _large : _small;
        task.Queue!.Remove(task);
        lane.Count--;
    }
}
