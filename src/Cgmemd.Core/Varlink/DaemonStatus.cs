namespace Cgmemd.Core.Varlink;

/// <summary>
/// The daemon as it is now: what it watches, what it lacks, what it costs. Times are CLOCK_REALTIME, µs.
/// </summary>
public sealed record DaemonStatus
{
    public required string Version { get; init; }

    /// <summary>The framework it was compiled for, such as <c>net9.0 NativeAOT</c>.</summary>
    public required string Framework { get; init; }

    public required int Pid { get; init; }

    public required string BootId { get; init; }

    public required long StartedUsec { get; init; }

    public required long UptimeUsec { get; init; }

    /// <summary>Units watched; cgroups also counts their children and plain cgroup paths.</summary>
    public required int Units { get; init; }

    public required int Cgroups { get; init; }

    public required int Rules { get; init; }

    public required int AlertsFiring { get; init; }

    public required int Captures { get; init; }

    public required ulong CaptureBytes { get; init; }

    /// <summary>The oldest and the newest event ListEvents can still tell; 0 where there was none.</summary>
    public required ulong OldestEventId { get; init; }

    public required ulong LastEventId { get; init; }

    public required bool BusConnected { get; init; }

    /// <summary>The files the configuration was read from, in order, and when.</summary>
    public required IReadOnlyList<string> ConfigurationFiles { get; init; }

    public required long ConfigurationLoadedUsec { get; init; }

    public required IReadOnlyList<PreflightFinding> Preflight { get; init; }

    public required DaemonHistory History { get; init; }

    public required DaemonMeasuring Pss { get; init; }

    public required DaemonCost Cost { get; init; }

    /// <summary>The hook of systemd-oomd's.</summary>
    public DaemonPrekill? Prekill { get; init; }
}

/// <summary>Whether systemd-oomd can ask before it kills, and whether it did.</summary>
/// <param name="State">
/// <c>listening</c>; <c>absent</c>, where there is no directory of hooks; <c>failed</c>; or <c>disabled</c>.
/// </param>
/// <param name="Calls">How many times it asked, since the daemon's start.</param>
/// <param name="Problem">What is wrong; null while nothing is.</param>
public sealed record DaemonPrekill(string State, long Calls, string? Problem = null);

/// <summary>Something the host lacks, and what follows from that.</summary>
/// <param name="Finding">What is missing, such as <c>pressure stall information</c>.</param>
/// <param name="Consequence">What therefore does not work.</param>
public sealed record PreflightFinding(string Finding, string Consequence);
