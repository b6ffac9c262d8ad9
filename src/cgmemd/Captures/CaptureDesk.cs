using System.Collections.Concurrent;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Linux.Capture;
using Cgmemd.Linux.Polling;

namespace Cgmemd.Daemon.Captures;

/// <summary>
/// Admits captures, one at a time, and has them taken beside the loop: /proc and the disk may be slow just when a
/// capture is wanted, and the watch must go on. A breakdown alone is taken where nothing else is to be done.
/// </summary>
internal sealed class CaptureDesk(SmapsCapture capture, CaptureDirectory directory, Poller poller) : IDisposable
{
    /// <summary>More plans than this do not wait; those that come then are refused, with that reason.</summary>
    private const int MaxWaiting = 8;

    private readonly BlockingCollection<CapturePlan> _waiting = new(MaxWaiting);
    private readonly ConcurrentQueue<CaptureOutcome> _outcomes = new();

    // Begun and not told of yet; the loop's own.
    private readonly List<CapturePlan> _begun = [];
    private Thread? _worker;

    // Begun, and not told of yet.
    private int _pending;

    /// <summary>What was captured when.</summary>
    public CaptureLedger Ledger { get; set; } = new([]);

    /// <summary>Whether a capture may begin; else why not.</summary>
    /// <param name="plan">What is wanted.</param>
    /// <param name="options">What holds for captures.</param>
    /// <param name="ignoresCooldown">Whether it may come right after another by the same rule.</param>
    /// <param name="reason">Why it may not begin.</param>
    public bool Admits(CapturePlan plan, CaptureOptions options, bool ignoresCooldown, out string reason)
    {
        TimeSpan left = ignoresCooldown
            ? TimeSpan.Zero
            : Ledger.CooldownLeft(plan.Unit, plan.Trigger.Rule, options.Cooldown, plan.TimeUs);
        if (left > TimeSpan.Zero)
        {
            reason = $"cooldown: {(int)Math.Ceiling(left.TotalSeconds)} s left";
            return false;
        }

        if (directory.FreeBytes() is { } free && free < options.KeepFree)
        {
            reason = $"disk: {free} bytes free, fewer than captures.keep_free";
            return false;
        }

        reason = "";
        return true;
    }

    /// <summary>
    /// Hands a plan to the worker; false when too many wait already, and for a breakdown alone when any does or is
    /// under way: it must neither take a capture's place nor keep one waiting for others like it.
    /// </summary>
    public bool TryBegin(CapturePlan plan)
    {
        if ((plan.IsBreakdownOnly && Volatile.Read(ref _pending) > 0) || !_waiting.TryAdd(plan))
            return false;
        Interlocked.Increment(ref _pending);
        if (!plan.IsBreakdownOnly)
        {
            Ledger.Add(plan.Unit, plan.Trigger.Rule, plan.TimeUs);
            _begun.Add(plan);
        }

        _worker ??= Start();
        return true;
    }

    /// <summary>Takes one result; the poller is woken for each.</summary>
    public bool TryTakeOutcome(out CaptureOutcome? outcome)
    {
        bool isThere = _outcomes.TryDequeue(out outcome);
        if (isThere)
            _begun.Remove(outcome!.Plan);
        return isThere;
    }

    /// <summary>A capture of a cgroup that waits or is under way; null where there is none.</summary>
    public CapturePlan? Begun(ulong cgroupId) => _begun.Find(plan => plan.CgroupId == cgroupId);

    /// <summary>Lets the capture that is on end, for a while, and forgets those that wait.</summary>
    public void Dispose()
    {
        while (_waiting.TryTake(out _))
        {
        }

        _waiting.CompleteAdding();
        _worker?.Join(TimeSpan.FromSeconds(5));
    }

    private Thread Start()
    {
        var worker = new Thread(Work, maxStackSize: 256 * 1024) { IsBackground = true, Name = "capture" };
        worker.Start();
        return worker;
    }

    private void Work()
    {
        foreach (CapturePlan plan in _waiting.GetConsumingEnumerable())
        {
            _outcomes.Enqueue(Take(plan));
            Interlocked.Decrement(ref _pending);
            poller.Wake();
        }
    }

    // Whatever the target's files make the capture do, it must not end the watch.
    private CaptureOutcome Take(CapturePlan plan)
    {
        try
        {
            return capture.Take(plan);
        }
        catch (Exception e)
        {
            return new CaptureOutcome(plan, Path: null, Bytes: 0, DurationUs: 0, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
