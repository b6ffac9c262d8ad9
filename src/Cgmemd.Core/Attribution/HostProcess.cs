namespace Cgmemd.Core.Attribution;

/// <summary>A process of the host, as far as it tells to which unit it belongs.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="ParentPid">Its parent now: PID 1 or another reaper, where the one that forked it has exited.</param>
/// <param name="SessionId">The pid of who made its session.</param>
/// <param name="StartTimeTicks">Clock ticks since boot; with the pid it tells one process from another.</param>
/// <param name="Cgroup">The path of its cgroup, with a leading slash; null where that could not be read.</param>
/// <param name="HasMemory">False for kernel threads and for what has exited.</param>
public readonly record struct HostProcess(
    int Pid, int ParentPid, int SessionId, ulong StartTimeTicks, string? Cgroup, bool HasMemory = true);

/// <summary>A unit whose processes are followed.</summary>
/// <param name="Cgroup">Its path, with a leading slash.</param>
/// <param name="InvocationId">32 hexadecimal digits; null where there is none.</param>
public readonly record struct FollowedUnit(string Cgroup, string? InvocationId);

/// <summary>By what a process is known to be a unit's, surest first.</summary>
public enum EscapeSign : byte
{
    /// <summary>It is none.</summary>
    None,

    /// <summary>A living ancestor is in the unit, or is known to have left it.</summary>
    Parent,

    /// <summary>Who made its session is, or where that has exited, another process of its session.</summary>
    Session,

    /// <summary>It was in the unit before.</summary>
    Seen,

    /// <summary>INVOCATION_ID of its environment is the unit's.</summary>
    Invocation,
}

/// <summary>The names of the signs, as JSON and people read them.</summary>
public static class EscapeSigns
{
    private static readonly string[] Names = ["", "parent", "session", "seen", "invocation"];

    public static string Name(EscapeSign sign) => Names[(int)sign];
}
