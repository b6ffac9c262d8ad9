using System.Text.Json;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Configuration;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Control.Memory;

/// <summary>What the memory of a unit is for now: read by this process, as root, never by the daemon.</summary>
internal static class LiveBreakdown
{
    private static readonly TimeSpan ReadingTime = TimeSpan.FromSeconds(30);

    // What a message to the daemon may have, less its envelope.
    private const int MaxJson = 60 << 10;

    /// <summary>Reads it and goes on, or says why it cannot be read.</summary>
    internal static int Take(Session session, string unit, Func<Breakdown, int> next)
    {
        if (!session.Host.IsRoot)
        {
            return session.Fail(
                ExitCode.Denied,
                "Permission denied: what other users' processes have mapped is for root. What was recorded is in a " +
                "snapshot: cgmemctl show --memory UNIT --from FILE");
        }

        if (unit.StartsWith('/'))
            return Take(session, unit, unit, null, null, next);
        return session.Ask(
            DaemonInterface.GetUnit, new GetUnitCall(unit), VarlinkJson.Default.GetUnitCall,
            ReplyJson.Default.GetUnitReply,
            reply => reply.Unit.Active
                ? Take(session, unit, reply.Unit.Cgroup, reply.Unit.CgroupId, reply.Unit.InvocationId, next)
                : session.Fail(ExitCode.Failure, $"{unit}: not running. What was recorded: cgmemctl show --memory " +
                    $"{unit} --at now"));
    }

    /// <summary>Has the daemon put it into the history.</summary>
    internal static int Record(Session session, Breakdown breakdown)
    {
        Breakdown? part = BreakdownCut.ToFit(
            breakdown, b => JsonSerializer.SerializeToUtf8Bytes(b, BreakdownJson.Default.Breakdown).Length <= MaxJson);
        if (part is null)
            return session.Fail(ExitCode.Failure, $"{breakdown.Unit}: this is too large to be recorded");
        return session.Ask(
            DaemonInterface.RecordBreakdown, new RecordBreakdownCall(part), BreakdownJson.Default.RecordBreakdownCall,
            VarlinkJson.Default.Empty,
            _ =>
            {
                session.Say("Recorded.");
                return ExitCode.Success;
            });
    }

    private static int Take(
        Session session, string unit, string path, ulong? id, string? invocationId, Func<Breakdown, int> next)
    {
        HostFiles host = session.Host;
        if (CgroupRoot(host) is not { } root)
            return session.Fail(ExitCode.Unavailable, "no cgroup v2 with a memory controller is mounted here");
        if (ProcDirectory.TryOpen(host.ProcRoot, out ProcDirectory? proc, out _) != ReadStatus.Ok || proc is null)
            return session.Fail(ExitCode.Failure, $"{host.ProcRoot}: no procfs");
        using (proc)
        {
            if (Cgroup.TryOpen(root, path.Length > 1 ? path.TrimEnd('/') : path, out Cgroup? cgroup) != ReadStatus.Ok
                || cgroup is null)
                return session.Fail(ExitCode.Failure, $"{unit}: there is no cgroup {path}");
            using (cgroup)
            {
                if (id is not null && cgroup.Id != id)
                    return session.Fail(ExitCode.Failure, $"{unit}: it was started again just now; try once more");
                TimeProvider clock = session.Terminal.Clock;
                return next(new BreakdownReader(proc, clock).Take(
                    cgroup, unit, invocationId, Redaction(session),
                    clock.NowUs() + (long)ReadingTime.TotalMicroseconds, Quantity.NowUsec(session)));
            }
        }
    }

    private static string? CgroupRoot(HostFiles host)
    {
        if (host.CgroupRoot is not null)
            return host.CgroupRoot;
        _ = CgroupMount.TryDetect(host.ProcRoot, out CgroupMount? mount);
        return mount is { HasMemory: true } ? mount.Root : null;
    }

    // Where nobody can tell what is private, everything is.
    private static Redaction Redaction(Session session)
    {
        ConfigurationResult loaded = ConfigurationFiles.Load(session.Host.ConfigurationRoot);
        if (loaded.Configuration is null)
        {
            session.Terminal.Error.WriteLine(
                "cgmemctl: the configuration has errors, so all names are hidden; see: cgmemctl config check");
        }

        var redaction = new HostRedaction(session.Host.StateDirectory);
        redaction.Configure(loaded.Configuration?.Breakdown.Redact ?? Core.Attribution.Redaction.Everything);
        return redaction.Current;
    }
}
