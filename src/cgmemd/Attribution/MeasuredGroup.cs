using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// A unit or cgroup whose processes are measured: what the loop tells the measuring thread of it, and what that knows.
/// </summary>
/// <param name="name">Its cgroup.</param>
internal sealed class MeasuredGroup(CgroupName name)
{
    private volatile bool _isPreferred;
    private long _hurryUs;

    public CgroupName Name { get; } = name;

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
}
