using Cgmemd.Core.Attribution;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// A unit or cgroup whose processes are measured: what the loop tells the measuring thread of it, and what that knows.
/// </summary>
/// <param name="name">Its cgroup.</param>
internal sealed class MeasuredGroup(CgroupName name)
{
    /// <summary>More processes that have left it are counted and not followed.</summary>
    public const int MaxEscaped = 200;

    // Of those that leave between two scans of the host.
    private const int MaxLeft = 512;

    // Of each is told once that it left, by its name and where to.
    private const int MaxTold = 16;

    private readonly HashSet<string> _told = [];
    private volatile bool _isPreferred;
    private volatile string? _invocationId;
    private long _hurryUs;

    public CgroupName Name { get; } = name;

    /// <summary>32 hexadecimal digits, or null. The loop's to set.</summary>
    public string? InvocationId
    {
        get => _invocationId;
        set => _invocationId = value;
    }

    /// <summary>Its processes go before others: it is near its limit, or has an alert. The loop's to set.</summary>
    public bool IsPreferred
    {
        get => _isPreferred;
        set => _isPreferred = value;
    }

    /// <summary>When something happened after which older figures are of little use. The loop's to set.</summary>
    public long HurryUs
    {
        get => Volatile.Read(ref _hurryUs);
        set => Volatile.Write(ref _hurryUs, value);
    }

    /// <summary>Up to which of these its processes have been hurried. The thread's.</summary>
    public long HurriedUs { get; set; }

    /// <summary>The round in which it was still wanted. The thread's.</summary>
    public long Round { get; set; }

    /// <summary>Its processes, of those that are measured. Written by the thread, under the table's lock.</summary>
    public List<MeasuredProcess> Members { get; set; } = [];

    /// <summary>How many more it has. As the members.</summary>
    public int Untracked { get; set; }

    /// <summary>When it was listed first and last, and when others were listed than before; 0 for never.</summary>
    public long ListedUs { get; set; }

    public long ChangedUs { get; set; }

    /// <summary>Processes that have left it. As the members.</summary>
    public List<EscapedMember> Escaped { get; set; } = [];

    /// <summary>How many have left it in all; null before anybody has looked. As the members.</summary>
    public int? EscapedCount { get; set; }

    /// <summary>
    /// Those that were in it and are not since the last pass over the host, with the pass that was under way then or
    /// had ended. The thread's.
    /// </summary>
    public List<(int Pid, ulong StartTimeTicks, long Pass)> Left { get; } = [];

    /// <summary>The last pass over the host that has begun with it. The thread's.</summary>
    public long Pass { get; set; }

    /// <summary>Notes one that is not in it any more. The thread's.</summary>
    public void Leave(MeasuredProcess process)
    {
        if (Left.Count < MaxLeft)
            Left.Add((process.Pid, process.Identity.StartTimeTicks, Pass));
    }

    /// <summary>
    /// Whether it is to be told that a process has left: not of each login or container, but of each name and slice
    /// once. The thread's.
    /// </summary>
    public bool IsNew(string command, string cgroup) =>
        _told.Count < MaxTold && _told.Add(command + '\n' + cgroup[..Math.Max(cgroup.LastIndexOf('/'), 0)]);
}

/// <summary>A process that has left a group.</summary>
/// <param name="Process">It may be a member of another group.</param>
/// <param name="Cgroup">Where it is.</param>
/// <param name="Sign">How it is known to be the group's.</param>
internal readonly record struct EscapedMember(MeasuredProcess Process, string Cgroup, EscapeSign Sign);

/// <summary>That a process has left a group, to be put into the journal.</summary>
internal sealed record EscapeNotice(MeasuredGroup Group, int Pid, string Command, string Cgroup, EscapeSign Sign);
