using System.Diagnostics;
using System.Globalization;

namespace Cgmemd.Linux.Tests.Systemd;

/// <summary>
/// A real systemd (its user instance) with a real dbus-daemon, in a mount namespace of its own: nothing of the host is
/// touched. Told to end, it stops all that it started.
/// </summary>
internal sealed class PrivateSystemd : IDisposable
{
    // A user instance refuses to start where /run/systemd/system is absent, so an empty one is put over it. It joins
    // the bus once its dbus.service runs, which the first connection to the socket starts.
    private const string Script = """
        mount -t tmpfs none /run/systemd && mkdir -p /run/systemd/system
        mountpoint -q /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup
        mkdir -p "/sys/fs/cgroup/$1" && echo $$ > "/sys/fs/cgroup/$1/cgroup.procs"
        exec /lib/systemd/systemd --user --unit=dbus.socket
        """;

    private const string BusSocket = """
        [Socket]
        ListenStream=%t/bus
        """;

    private const string BusService = """
        [Unit]
        Requires=dbus.socket
        [Service]
        Type=notify
        NotifyAccess=main
        ExecStart=/usr/bin/dbus-daemon --session --address=systemd: --nofork --nopidfile --systemd-activation
        """;

    private readonly string _directory;
    private readonly Process _process;

    public PrivateSystemd()
    {
        _directory = Directory.CreateTempSubdirectory("cgmemd-systemd-").FullName;
        string units = Directory.CreateDirectory(Path.Combine(_directory, "systemd/user")).FullName;
        File.WriteAllText(Path.Combine(units, "dbus.socket"), BusSocket);
        File.WriteAllText(Path.Combine(units, "dbus.service"), BusService);
        var start = new ProcessStartInfo("unshare")
        {
            ArgumentList = { "--mount", "sh", "-c", Script, "sh", Path.GetFileName(_directory) },
        };
        SetEnvironment(start);
        _process = Process.Start(start)!;
    }

    /// <summary>Why this host cannot run it, or null.</summary>
    public static string? Lacking =>
        !Environment.IsPrivilegedProcess ? "not root"
        : !File.Exists("/lib/systemd/systemd") ? "no systemd"
        : !File.Exists("/usr/bin/dbus-daemon") ? "no dbus-daemon"
        : !File.Exists("/usr/bin/unshare") ? "no unshare"
        : null;

    public string Address => $"unix:path={_directory}/bus";

    /// <summary>$XDG_RUNTIME_DIR, which is this systemd's /run.</summary>
    public string RuntimeDirectory => _directory;

    /// <summary>A property of a unit.</summary>
    public string Show(string unit, string property)
    {
        var start = new ProcessStartInfo("systemctl", ["--user", "show", "-P", property, unit])
        {
            RedirectStandardOutput = true,
        };
        SetEnvironment(start);
        using Process process = Process.Start(start)!;
        string value = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return value;
    }

    /// <summary>Runs a command against this systemd and waits for its end.</summary>
    public void Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true };
        SetEnvironment(start);
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)}: {errors}");
    }

    /// <summary>Starts services that sleep and have unit files, as transient ones have not.</summary>
    public void StartFileServices(params string[] units)
    {
        foreach (string unit in units)
        {
            File.WriteAllText(
                Path.Combine(_directory, "systemd/user", unit), "[Service]\nExecStart=/bin/sleep 1000\n");
        }

        Control("daemon-reload");
        Control(["start", .. units]);
    }

    /// <summary>Starts a service that sleeps.</summary>
    public void StartService(string unit, params string[] options) =>
        Run("systemd-run", ["--user", "--quiet", $"--unit={unit}", .. options, "sleep", "1000"]);

    public void Control(params string[] arguments) => Run("systemctl", ["--user", .. arguments]);

    public void Dispose()
    {
        Run("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            _process.Kill();
        _process.Dispose();
        RemoveCgroups();
        Directory.Delete(_directory, recursive: true);
    }

    // A control group's files go with it, so each is removed as if it were empty, the innermost first.
    private void RemoveCgroups()
    {
        string root = Path.Combine(
            Directory.Exists("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup",
            Path.GetFileName(_directory));
        if (!Directory.Exists(root))
            return;
        foreach (string cgroup in Directory.GetDirectories(root, "*", SearchOption.AllDirectories).OrderDescending())
            Directory.Delete(cgroup);
        Directory.Delete(root);
    }

    private void SetEnvironment(ProcessStartInfo start)
    {
        start.Environment["XDG_RUNTIME_DIR"] = _directory;
        start.Environment["DBUS_SESSION_BUS_ADDRESS"] = Address;
    }
}
