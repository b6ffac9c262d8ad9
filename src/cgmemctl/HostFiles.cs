namespace Cgmemd.Control;

/// <summary>Where a host has what cgmemctl reads itself, without the daemon.</summary>
internal sealed record HostFiles
{
    /// <summary>Where the daemon keeps the history.</summary>
    internal string HistoryPath { get; init; } = "/var/lib/cgmemd/history.db";

    /// <summary>The root of the configuration's trees.</summary>
    internal string ConfigurationRoot { get; init; } = "/";

    internal string ProcRoot { get; init; } = "/proc";

    /// <summary>Where cgroup v2 is mounted; null to look for it.</summary>
    internal string? CgroupRoot { get; init; }

    /// <summary>Whether we may read what all processes have mapped.</summary>
    internal bool IsRoot { get; init; } = Environment.IsPrivilegedProcess;

    /// <summary>Where the daemon keeps what it keeps.</summary>
    internal string StateDirectory => Path.GetDirectoryName(HistoryPath)!;
}
