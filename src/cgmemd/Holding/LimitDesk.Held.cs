using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Daemon.Watching;

namespace Cgmemd.Daemon.Holding;

/// <summary>The life of one that is held: on file, set, set back, forgotten.</summary>
internal sealed partial class LimitDesk
{
    // On file before anything is set.
    private bool Hold(WatchedGroup group, ulong bytes, out HeldHigh? held, out string reason)
    {
        reason = "";
        held = group.Held;
        if (held is null && _held.ContainsKey(group.Name))
        {
            reason = "what the invocation before had held is not set back yet";
            return false;
        }

        bool hadDropIn = false;
        string? problem = held is null ? files.WhyNot(group.Name, out hadDropIn) : null;
        if (problem is null)
        {
            HeldLimit? former = held?.Limit;
            held ??= new HeldHigh(new HeldLimit(group.Name, bytes, group.Limits.High, hadDropIn, group.Cgroup.Path));
            (held.Limit, held.Former) = (held.Limit with { Bytes = bytes }, former);
            _held[group.Name] = held;
            if (Save())
            {
                group.Held = held;
                return true;
            }

            if (former is null)
                _held.Remove(group.Name);
            else
                (held.Limit, held.Former) = (former, null);
            problem = _problem;
        }
        else
        {
            Tell(problem);
        }

        reason = problem!;
        return false;
    }

    private void Set(HeldHigh held, string? rule, ulong wanted, long nowUs, Action<string?> done)
    {
        (held.Rule, held.Wanted, held.Phase) = (rule, wanted, HeldPhase.Setting);
        _setting++;
        int question = ++held.Question;
        units.Control.SetMemoryHigh(held.Unit, ByteLimit.Of(held.Bytes), nowUs, failure =>
        {
            _setting--;
            held.WasSet |= failure is null;
            if (held.Question == question && failure is null)
            {
                held.Phase = HeldPhase.Held;
                _needsSave |= held.Former is not null;
                held.Former = null;
            }
            else if (held.Question == question)
                Drop(held);
            done(failure);
        });
    }

    // From the kernel at once; systemd is told when it can be.
    private void Drop(HeldHigh held)
    {
        held.Question++;
        (held.Phase, held.DueUs) = (HeldPhase.Due, 0);
        if (!SetBack(held))
            Forget(held);
    }

    private bool SetBack(HeldHigh held) =>
        files.SetBack(held.Limit) | (held.Former is { } former && files.SetBack(former));

    private void Release(HeldHigh held, long nowUs)
    {
        // Of what somebody else has set since, nothing is set back.
        if (!SetBack(held))
        {
            Forget(held);
            return;
        }

        (held.Phase, held.DueUs) = (HeldPhase.Releasing, nowUs + PauseUs);
        _releasing++;
        int question = ++held.Question;
        units.Control.SetMemoryHigh(held.Unit, held.Before, nowUs, failure =>
        {
            _releasing--;
            if (held.Question == question)
                Released(held, files.Conclude(held.Limit, failure));
        });
    }

    private void Released(HeldHigh held, string? problem)
    {
        if (problem is null)
        {
            Forget(held);
            return;
        }

        held.Phase = HeldPhase.Due;
        if (!held.IsProblemTold)
            log.LimitNotRestored(held.Unit, problem);
        held.IsProblemTold = true;
    }

    private void Forget(HeldHigh held)
    {
        // Removing does not disturb the enumeration of a dictionary.
        _held.Remove(held.Unit);
        if (watched.Find(held.Unit) is { } group && group.Held == held)
            group.Held = null;
        if (held is { Rule: { } rule, WasSet: true })
            log.LimitRestored(held.Unit, rule, held.Before.ToString());
        _needsSave = true;
    }

    private bool Save()
    {
        _needsSave = false;
        List<HeldLimit> limits = [];
        foreach (HeldHigh held in _held.Values)
        {
            limits.Add(held.Limit);
            if (held.Former is { } former)
                limits.Add(former);
        }

        string? problem = file.Save(limits);
        Tell(problem);
        return problem is null;
    }

    // Said once, until there is none.
    private void Tell(string? problem)
    {
        if (problem is not null && problem != _problem)
            log.HeldUnsaved(problem);
        _problem = problem;
    }
}
