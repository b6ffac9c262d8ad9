namespace Cgmemd.Core.Varlink;

/// <summary>
/// What systemd-oomd asks of whoever listens in its directory of hooks, from systemd 260 on; it kills when all have
/// replied, and at the latest after PrekillHookTimeoutSec=. Source: oomd.conf(5), and in systemd
/// src/shared/varlink-io.systemd.oom.Prekill.c.
/// </summary>
public static class PrekillInterface
{
    public const string Name = "io.systemd.oom.Prekill";

    /// <summary>Below the root.</summary>
    public const string Directory = "run/systemd/oomd.prekill.hook";

    public const string Notify = Name + ".Notify";

    public const string Description = """
        # Notifications of kills by systemd-oomd
        interface io.systemd.oom.Prekill

        # This control group is about to be killed
        method Notify(cgroup: string) -> ()

        """;
}

/// <summary>The call of <see cref="PrekillInterface.Notify"/>.</summary>
/// <param name="Cgroup">From the root of the hierarchy, such as <c>/system.slice/a.service</c>.</param>
public sealed record PrekillCall(string Cgroup);
