using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// What systemd is asked to do with units: signals, reloads, restarts, commands in units of their own. Nothing blocks:
/// what comes of it is told to a handler, inside <see cref="SystemdUnits.Process"/> or <see cref="Expire"/>, once, and
/// in bounded time.
/// </summary>
/// <remarks>
/// Source: org.freedesktop.systemd1(5). That a job is done is told by the signal JobRemoved, which comes after the
/// reply that names the job: both come on one connection, in order.
/// </remarks>
public sealed class UnitControl
{
    /// <summary>For the reply to a call; a job may take longer.</summary>
    private const long ReplyTimeoutUs = 10_000_000;

    /// <summary>systemd's own time limits come first; then it is given so much more.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    private readonly SystemBus _bus;
    private readonly List<UnitJob> _jobs = [];

    internal UnitControl(SystemBus bus) => _bus = bus;

    /// <summary>
    /// When <see cref="Expire"/> has something to do, CLOCK_MONOTONIC in microseconds; null for never.
    /// </summary>
    public long? DueUs
    {
        get
        {
            long? dueUs = null;
            foreach (UnitJob job in _jobs)
                dueUs = Math.Min(dueUs ?? long.MaxValue, job.DeadlineUs);
            return dueUs;
        }
    }

    /// <summary>
    /// Whether a failure says that systemd has no such unit, or none that it could load: its file is gone, masked or
    /// broken. It may run all the same.
    /// </summary>
    public static bool IsNotLoaded(string failure)
    {
        foreach (string error in (ReadOnlySpan<string>)["NoSuchUnit", "UnitMasked", "BadUnitSetting", "LoadFailed"])
        {
            if (failure.StartsWith($"{SystemdNames.Destination}.{error}:", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Sends a signal. The handler gets null, or why it failed.</summary>
    public void Kill(string unit, SignalTo to, int signal, long nowUs, Action<string?> done)
    {
        UnitJob job = Begin(unit, TimeSpan.FromMicroseconds(ReplyTimeoutUs), nowUs, done);
        Send(job, "KillUnit",
            writer => writer.String(unit).String(to == SignalTo.Main ? "main" : "all").Int32(signal),
            _ => End(job, null));
    }

    /// <summary>Reloads a unit. The handler gets null when it is done, or why it failed.</summary>
    public void Reload(string unit, TimeSpan timeout, long nowUs, Action<string?> done) =>
        Enqueue("ReloadUnit", unit, timeout, nowUs, done);

    /// <summary>
    /// Restarts a unit that runs; one that has stopped meanwhile stays so. The handler gets null when it is up again,
    /// or why it failed.
    /// </summary>
    public void Restart(string unit, TimeSpan timeout, long nowUs, Action<string?> done) =>
        Enqueue("TryRestartUnit", unit, timeout, nowUs, done);

    /// <summary>
    /// Sets memory.high until the next boot, as <c>systemctl set-property --runtime</c> does. The handler gets null
    /// when it is done, or why it failed.
    /// </summary>
    public void SetMemoryHigh(string unit, ByteLimit high, long nowUs, Action<string?> done)
    {
        UnitJob job = Begin(unit, TimeSpan.FromMicroseconds(ReplyTimeoutUs), nowUs, done);
        Send(job, "SetUnitProperties",
            writer => writer.String(unit).Bool(true).Open('a', "(sv)")
                .OpenProperty("MemoryHigh", "t").UInt64(high.IsFinite ? high.Bytes : ulong.MaxValue).CloseProperty()
                .Close(),
            _ => End(job, null));
    }

    /// <summary>Runs a command. The handler gets null when it ended with status 0, or why it failed.</summary>
    public void Run(TransientCommand command, long nowUs, Action<string?> done)
    {
        UnitJob job = Begin(command.Unit, command.Timeout + TransientCommand.StopTimeout + Slack, nowUs, done);
        job.Command = command;
        Send(job, "StartTransientUnit", command.Write, reply => job.Path = reply.ReadString('o'));
    }

    /// <summary>Gives up on what has taken too long.</summary>
    public void Expire(long nowUs)
    {
        for (int i = _jobs.Count - 1; i >= 0; i--)
        {
            UnitJob job = _jobs[i];
            if (nowUs >= job.DeadlineUs)
                End(job, $"not done within {Core.Units.TimeSpanText.Format(job.Timeout)}; systemd may still be at it");
        }
    }

    /// <summary>A new connection: it will tell nothing of what was asked on the one before.</summary>
    internal void Opened()
    {
        for (int i = _jobs.Count - 1; i >= 0; i--)
            End(_jobs[i], "the connection to systemd was lost: what came of it is not known");
        _bus.Match(
            $"type='signal',sender='{SystemdNames.Destination}',path='{SystemdNames.ManagerPath}',"
            + $"interface='{SystemdNames.Manager}',member='JobRemoved'",
            JobRemoved);
    }

    private void Enqueue(string member, string unit, TimeSpan timeout, long nowUs, Action<string?> done)
    {
        UnitJob job = Begin(unit, timeout, nowUs, done);
        Send(job, member, writer => writer.String(unit).String("replace"), reply => job.Path = reply.ReadString('o'));
    }

    private UnitJob Begin(string unit, TimeSpan timeout, long nowUs, Action<string?> done)
    {
        var job = new UnitJob(unit, timeout, nowUs + (long)timeout.TotalMicroseconds, done);
        _jobs.Add(job);
        return job;
    }

    private void Send(
        UnitJob job, string member, Action<BusMessageWriter> arguments, Action<BusMessageReader> accepted)
    {
        string? problem = _bus.CallManager(member, ReplyTimeoutUs, arguments, reply =>
        {
            if (reply.Error is { } error)
                End(job, error);
            else
                accepted(reply);
        });
        if (problem is not null)
            End(job, problem);
    }

    // JobRemoved(u id, o job, s unit, s result)
    private void JobRemoved(BusMessageReader signal)
    {
        if (_jobs.Count == 0)
            return;
        signal.Skip("u"u8);
        string path = signal.ReadString('o');
        if (_jobs.Find(job => job.Path == path) is not { } job)
            return;
        signal.Skip("s"u8);
        string result = signal.ReadString();
        if (job.Command is null)
            End(job, result == "done" ? null : $"systemd's job ended as \"{result}\"");
        else
            AskResult(job, result);
    }

    // Why the command failed is with its unit, which is let go then. The answers come in the order of the questions.
    private void AskResult(UnitJob job, string jobResult)
    {
        string? result = null;
        Ask(job, "Result", reply => result = UnitProperties.ReadVariant(reply, "s"));
        Ask(job, "ExecMainStatus", reply =>
        {
            int status = reply.ReadInt32Variant();
            End(job, jobResult == "done" ? null : Failure(job.Command!, result ?? jobResult, status));
        });
        _ = _bus.CallManager("UnrefUnit", ReplyTimeoutUs, writer => writer.String(job.Unit), _ => { });
    }

    private void Ask(UnitJob job, string property, Action<BusMessageReader> got)
    {
        _bus.Call(
            SystemdNames.UnitPath + "/" + SystemdNames.Escape(job.Unit), SystemdNames.Properties, "Get",
            ["org.freedesktop.systemd1.Service", property], ReplyTimeoutUs, reply =>
            {
                if (reply.Error is { } error)
                    End(job, error);
                else
                    got(reply);
            });
    }

    private static string Failure(TransientCommand command, string result, int status) => result switch
    {
        "timeout" => $"it did not end within {Core.Units.TimeSpanText.Format(command.Timeout)} and was ended",
        "exit-code" when status == 203 => "it cannot be executed (status 203)",
        "exit-code" => $"it ended with status {status}",
        "signal" or "core-dump" => $"it was ended by signal {status}",
        "oom-kill" => "it was killed for want of memory",
        _ => $"it failed: {result}",
    };

    // What comes later, such as the reply after the deadline, finds it gone.
    private void End(UnitJob job, string? failure)
    {
        if (_jobs.Remove(job))
            job.Done(failure);
    }
}
