namespace Cgmemd.Linux.Systemd;

/// <summary>A command to be run in a unit of its own.</summary>
/// <param name="Unit">The unit's name, of which there must be none.</param>
/// <param name="Description">What it is for, as <c>systemctl status</c> shows it.</param>
/// <param name="Command">
/// The absolute path and the arguments; <c>$NAME</c> and <c>${NAME}</c> are replaced as in ExecStart=.
/// </param>
/// <param name="Environment"><c>NAME=value</c> each.</param>
/// <param name="Timeout">After so long it is ended, all its processes with it.</param>
public sealed record TransientCommand(
    string Unit, string Description, IReadOnlyList<string> Command, IReadOnlyList<string> Environment,
    TimeSpan Timeout)
{
    // A notification needs little; a script that needs more starts a service of its own.
    private const ulong MemoryMax = 256UL << 20;
    private const ulong TasksMax = 64;

    /// <summary>Between SIGTERM and SIGKILL.</summary>
    internal static TimeSpan StopTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Writes the arguments of StartTransientUnit: (ssa(sv)a(sa(sv))).</summary>
    /// <remarks>
    /// Source: org.freedesktop.systemd1(5). A oneshot has started when it has ended, so its time to start is its time
    /// to run: RuntimeMaxSec= does not apply to it (systemd.service(5)). AddRef keeps the unit until its result is
    /// read.
    /// </remarks>
    internal void Write(BusMessageWriter writer)
    {
        writer.String(Unit).String("fail").Open('a', "(sv)");
        Text(writer, "Description", Description);
        Text(writer, "Type", "oneshot");
        Text(writer, "CollectMode", "inactive-or-failed");
        Text(writer, "SyslogIdentifier", "cgmemd-action");
        writer.OpenProperty("AddRef", "b").Bool(true).CloseProperty();
        Number(writer, "TimeoutStartUSec", (ulong)Timeout.TotalMicroseconds);
        Number(writer, "TimeoutStopUSec", (ulong)StopTimeout.TotalMicroseconds);
        Number(writer, "MemoryMax", MemoryMax);
        Number(writer, "TasksMax", TasksMax);
        writer.OpenProperty("Environment", "as").Strings(Environment).CloseProperty();
        writer.OpenProperty("ExecStart", "a(sasb)").Open('a', "(sasb)").Open('r', "sasb")
            .String(Command[0]).Strings(Command).Bool(false).Close().Close().CloseProperty();
        writer.Close().Open('a', "(sa(sv))").Close();
    }

    private static void Text(BusMessageWriter writer, string name, string value) =>
        writer.OpenProperty(name, "s").String(value).CloseProperty();

    private static void Number(BusMessageWriter writer, string name, ulong value) =>
        writer.OpenProperty(name, "t").UInt64(value).CloseProperty();
}
