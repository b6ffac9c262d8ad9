using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>A made-up host: processes of all sizes that come, grow, change their unit's state and go.</summary>
internal sealed class PssHost
{
    private const ulong MiB = 1 << 20;

    private readonly Random _random;
    private readonly PssLimits _limits;
    private readonly PssSchedule _schedule = new();
    private readonly List<Process> _processes = [];
    private readonly int _count;
    private long _nowUs;
    private double _leastBalanceUs;
    private double _greatestCostSum;

    public PssHost(int seed, int count, PssLimits limits)
    {
        (_random, _count, _limits) = (new Random(seed), count, limits);
        _schedule.Configure(limits);
        for (int i = 0; i < count; i++)
            AddProcess(dueUs: 0);
    }

    public bool HasChanges { get; init; } = true;

    public long Readings { get; private set; }

    public int ReadTooEarly { get; private set; }

    public long GreatestCostUs { get; private set; }

    /// <summary>How much more than its share was spent in any stretch of time.</summary>
    public long GreatestOverdraftUs { get; private set; }

    public long GreatestWaitUs { get; private set; }

    public long GreatestSmallWaitUs { get; private set; }

    /// <summary>
    /// What the schedule promises: the sum of the costs four times, out of the half of three quarters of the share.
    /// </summary>
    public long WaitBoundUs => (long)(((4 * _greatestCostSum) + (8 * GreatestCostUs) + (2 * PssSchedule.BurstUs))
        / (_limits.Share * 0.75 / 2));

    /// <summary>Processes that live for longer than anybody may have to wait, and were never read.</summary>
    public int NeverRead => _processes.Count(p => p.ReadUs is null && _nowUs - p.BornUs > WaitBoundUs + 5_000_000);

    public double MeanAgeUs(bool isPreferred) =>
        _processes.Where(p => p.IsPreferred == isPreferred).Average(p => _nowUs - p.ReadUs!.Value);

    public void AddGiant(ulong bytes) => AddProcess(dueUs: 0).Bytes = bytes;

    public void Run(TimeSpan duration)
    {
        long endUs = (long)duration.TotalMicroseconds;
        while (_nowUs < endUs)
        {
            if (_nowUs >= _schedule.ListingDueUs)
                List();
            else if (_schedule.Take(_nowUs) is Process process)
                Read(process);
            else
                _nowUs = Math.Max(_schedule.NextUs, _nowUs + 1);
        }

        foreach (Process process in _processes)
            NoteWait(process);
    }

    private void List()
    {
        Spend(_count / 2);
        _schedule.Listed(_count / 2, _nowUs);
        _greatestCostSum = Math.Max(_greatestCostSum, _processes.Sum(p => TrueCostUs(p.Bytes) * 1.2));
        if (!HasChanges)
            return;
        for (int i = 0; i < 1 + (_count / 100); i++)
        {
            Process process = _processes[_random.Next(_processes.Count)];
            switch (_random.Next(4))
            {
                case 0:
                    process.Bytes = Math.Min(process.Bytes * (ulong)_random.Next(1, 4), 64UL << 30);
                    break;
                case 1:
                    _schedule.Prefer(process, !process.IsPreferred);
                    break;
                case 2:
                    _schedule.Hurry(process, _nowUs);
                    process.WasHurried = true;
                    break;
                default:
                    NoteWait(process);
                    _schedule.Remove(process);
                    _processes.Remove(process);
                    AddProcess(_nowUs + 5_000_000);
                    break;
            }
        }
    }

    private void Read(Process process)
    {
        NoteWait(process);
        if (!_schedule.Confirms(process, process.Bytes, _nowUs))
        {
            Spend(10);
            return;
        }

        long agoUs = process.ReadUs is { } readUs ? _nowUs - readUs : long.MaxValue;
        long leastUs = (long)(process.CostUs / _limits.TargetShare);
        if (!process.WasHurried)
            leastUs = Math.Max(leastUs, (long)_limits.Interval.TotalMicroseconds);
        ReadTooEarly += agoUs < leastUs ? 1 : 0;
        process.WasHurried = false;

        long costUs = (long)(TrueCostUs(process.Bytes) * (0.8 + (_random.NextDouble() * 0.4)));
        GreatestCostUs = Math.Max(GreatestCostUs, costUs);
        Readings++;
        Spend(costUs);
        if (_random.Next(50) == 0)
            _schedule.Postpone(process, costUs, _nowUs);
        else
            _schedule.Complete(process, costUs, _nowUs);
    }

    // What is left of the share is a line that rises with time and falls with each cost: the greatest fall is the most
    // that was spent over the share in any stretch.
    private void Spend(long costUs)
    {
        double before = (_limits.Share * _nowUs) - _schedule.SpentUs;
        _leastBalanceUs = Math.Max(_leastBalanceUs, before);
        _nowUs += costUs;
        GreatestOverdraftUs = Math.Max(
            GreatestOverdraftUs, (long)(_leastBalanceUs - ((_limits.Share * _nowUs) - _schedule.SpentUs - costUs)));
    }

    private void NoteWait(Process process)
    {
        long waitUs = _nowUs - process.DueUs;
        GreatestWaitUs = Math.Max(GreatestWaitUs, waitUs);
        if (TrueCostUs(process.Bytes) < PssSchedule.LargeUs)
            GreatestSmallWaitUs = Math.Max(GreatestSmallWaitUs, waitUs);
    }

    private Process AddProcess(long dueUs)
    {
        // Most are small; one in some hundred is of tens of GiB.
        double size = 4 * Math.Exp(Math.Abs(Gauss()) * 2.2);
        var process = new Process { Bytes = (ulong)(size * MiB), BornUs = dueUs };
        _processes.Add(process);
        _schedule.Add(process, process.Bytes, isPreferred: _random.Next(20) == 0, dueUs);
        return process;
    }

    private double Gauss() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private static double TrueCostUs(ulong bytes) => 120 + (3_500 * (bytes / (double)(1 << 30)));

    private sealed class Process : PssTask
    {
        public ulong Bytes { get; set; }

        public long BornUs { get; set; }

        public bool WasHurried { get; set; }
    }
}
