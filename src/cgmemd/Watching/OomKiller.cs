namespace Cgmemd.Daemon.Watching;

/// <summary>Who killed for lack of memory.</summary>
internal enum OomKiller
{
    /// <summary>It cannot be told.</summary>
    Unknown,

    /// <summary>The kernel's OOM killer, for the cgroup's limit or the host's memory.</summary>
    Kernel,

    /// <summary>systemd-oomd(8), for stalls or lack of swap, before the kernel has to.</summary>
    SystemdOomd,
}
