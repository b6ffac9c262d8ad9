using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Prekill;

/// <summary>systemd-oomd waits for captures.</summary>
/// <param name="Call">What it asked.</param>
/// <param name="Cgroup">What it will kill.</param>
/// <param name="DueUs">When it is answered at the latest, CLOCK_MONOTONIC in microseconds.</param>
internal sealed record PrekillRequest(VarlinkCall Call, string Cgroup, long DueUs)
{
    /// <summary>The captures that are not done yet.</summary>
    public List<(CapturePlan Plan, WatchedGroup Group, Rule Rule)> Left { get; } = [];
}
