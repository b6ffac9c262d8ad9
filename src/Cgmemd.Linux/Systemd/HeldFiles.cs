using Cgmemd.Core.Samples;
using Cgmemd.Core.State;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// What there is of a held memory.high beside systemd's own memory: the kernel's file, and systemd's drop-in.
/// </summary>
/// <param name="cgroupRoot">Where cgroup v2 is mounted; null where it is not: then the drop-in alone counts.</param>
/// <param name="dropIn">Where systemd keeps what is set.</param>
public sealed class HeldFiles(string? cgroupRoot, RuntimeDropIn dropIn)
{
    /// <summary>Null where a unit's memory.high can be held, with whether it has a drop-in; or why it cannot.</summary>
    public string? WhyNot(string unit, out bool hasDropIn)
    {
        bool has = false;
        string? problem = Try(() => has = dropIn.Exists(unit)) ?? dropIn.WhyNotWritable();
        hasDropIn = has;
        return problem;
    }

    /// <summary>
    /// Sets the kernel's value back at once, where it is still the one that was held: systemd may have much to do just
    /// when a unit is slowed down. What somebody else has set meanwhile stays.
    /// </summary>
    /// <returns>Whether systemd is to be told the same.</returns>
    public bool SetBack(HeldLimit limit)
    {
        bool isSaid = false;
        _ = Try(() => isSaid = dropIn.Says(limit.Unit, limit.Bytes));
        using Cgroup? cgroup = Open(limit);
        if (cgroup?.ReadLimits(out ByteLimit high, out _, out _) is not ReadStatus.Ok)
            return isSaid;
        HeldNow now = limit.By(high);
        if (now == HeldNow.Held)
            cgroup.WriteHigh(limit.Before);
        else if (now == HeldNow.Anothers && isSaid && !limit.HadDropIn)
            _ = Try(() => dropIn.Clear(limit.Unit));
        return now != HeldNow.Anothers;
    }

    /// <summary>After systemd has answered: null where nothing is left to do, or why it is to be tried again.</summary>
    public string? Conclude(HeldLimit limit, string? failure)
    {
        if (failure is null)
            return limit.HadDropIn ? null : Try(() => dropIn.Clear(limit.Unit));
        using Cgroup? cgroup = Open(limit);
        return UnitControl.IsNotLoaded(failure) && cgroup is null
            ? limit.HadDropIn ? null : Try(() => dropIn.Remove(limit.Unit))
            : failure;
    }

    private Cgroup? Open(HeldLimit limit) =>
        cgroupRoot is not null && Cgroup.TryOpen(cgroupRoot, limit.Cgroup, out Cgroup? cgroup) is ReadStatus.Ok
            ? cgroup
            : null;

    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
