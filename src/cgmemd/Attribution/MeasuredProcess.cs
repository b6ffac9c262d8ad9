using Cgmemd.Core.Attribution;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// A process that is measured. Its thread alone writes it, under the table's lock; the loop reads it under that.
/// </summary>
internal sealed class MeasuredProcess : PssTask
{
    public int Pid { get; set; }

    public ProcessIdentity Identity { get; set; }

    /// <summary>The path of the cgroup it is in.</summary>
    public string Cgroup { get; set; } = "";

    /// <summary>As of the last reading; null before the first.</summary>
    public ProcessFigures? Figures { get; set; }

    /// <summary>When that began: CLOCK_MONOTONIC, µs.</summary>
    public long TakenUs { get; set; }

    /// <summary>A kernel thread, or one that exits: it has no part in any sum.</summary>
    public bool HasNoMemory { get; set; }

    /// <summary>The last attempt to read it was refused by the kernel.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>The last attempt to read it told of far less than it has.</summary>
    public bool IsUndercounted { get; set; }

    /// <summary>In how many of the groups it is.</summary>
    public int Groups { get; set; }

    /// <summary>The listing that saw it last.</summary>
    public long Stamp { get; set; }

    public ProcessView View => new(Pid, Identity, Cgroup, Figures, TakenUs, CostUs, IsUnreadable, IsUndercounted);

    public override void Reset()
    {
        base.Reset();
        (Pid, Identity, Cgroup, Figures, TakenUs) = (0, default, "", null, 0);
        (HasNoMemory, IsUnreadable, IsUndercounted, Groups, Stamp) = (false, false, false, 0, 0);
    }
}

/// <summary>Who a process is. The start is in clock ticks since boot; the parent and the name may change.</summary>
internal readonly record struct ProcessIdentity(ulong StartTimeTicks, int ParentPid, string Command);

/// <summary>A process as it was measured last; without figures it never was.</summary>
internal readonly record struct ProcessView(
    int Pid, ProcessIdentity Identity, string Cgroup, ProcessFigures? Figures, long TakenUs, long CostUs,
    bool IsUnreadable, bool IsUndercounted);

/// <summary>A process that has left a group, as it was measured last.</summary>
/// <param name="Process">What is known of it.</param>
/// <param name="Cgroup">Where it is.</param>
/// <param name="Sign">How it is known to be the group's.</param>
internal readonly record struct EscapedView(ProcessView Process, string Cgroup, EscapeSign Sign);
