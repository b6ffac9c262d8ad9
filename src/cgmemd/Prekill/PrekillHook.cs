using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;
using Cgmemd.Daemon.Captures;
using Cgmemd.Daemon.History;
using Cgmemd.Daemon.Watching;
using Cgmemd.Linux;
using Cgmemd.Linux.Polling;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Prekill;

/// <summary>
/// The hook of systemd-oomd's, which asks before it kills and waits for the reply: a unit with a rule that captures is
/// captured first. It is answered at once where there is nothing to do, and in any case within a bound.
/// </summary>
/// <remarks>
/// The socket is root's alone. systemd-oomd runs as a user of its own and may connect by CAP_DAC_OVERRIDE, which nobody
/// has who is less than root; so the kernel tells who may call.
/// </remarks>
internal sealed class PrekillHook(
    string directory, Poller poller, ulong pollKey, WatchList watched, Sampler sampler, CaptureDesk desk,
    Records records, Recording recording, string bootId, TimeProvider time) : IDisposable
{
    private const string SocketName = "cgmemd";
    private const UnixFileMode RootAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A slice that is killed has no more of its units captured: each takes its time.</summary>
    private const int MaxCaptures = 4;

    private readonly List<PrekillRequest> _requests = [];
    private CaptureOptions _options = CaptureOptions.Default;
    private VarlinkServer? _server;
    private string? _problem;
    private long _calls;

    // Of the tick that the call came in.
    private long _nowUs;

    private string SocketPath => Path.Combine(directory, SocketName);

    private bool IsWanted => _options.BeforeOomdKill > TimeSpan.Zero;

    /// <summary>When <see cref="Expire"/> has something to do; null for never.</summary>
    public long? DueUs
    {
        get
        {
            long? dueUs = null;
            foreach (PrekillRequest request in _requests)
                dueUs = Math.Min(dueUs ?? long.MaxValue, request.DueUs);
            return dueUs;
        }
    }

    public DaemonPrekill Status => new(
        !IsWanted ? "disabled" : _server is not null ? "listening" : _problem is not null ? "failed" : "absent", _calls,
        _problem);

    public void Configure(CaptureOptions options, long nowUs)
    {
        _options = options;
        Tend(nowUs);
    }

    /// <summary>Listens where the directory is, which may come late, and anew where the socket was removed.</summary>
    public void Tend(long nowUs)
    {
        _server?.DropSlow(nowUs);
        if (_server is not null && IsWanted && File.Exists(SocketPath))
            return;
        Close(nowUs);
        if (!IsWanted || !Directory.Exists(directory))
            return;
        try
        {
            _server = VarlinkServer.Listen(
                SocketPath, RootAlone, VarlinkService.ForPrekill(ProductVersion.Version, Handle).Handle);
            poller.Add(_server.Fd, PollEvents.Readable, pollKey);
            _problem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problem = e.Message;
        }
    }

    /// <summary>Something has come over the socket.</summary>
    public void OnReady(long nowUs)
    {
        _nowUs = nowUs;
        _server?.OnReady(nowUs);
    }

    /// <summary>What came of a capture: whoever waits for no other is answered.</summary>
    public void Captured(CaptureOutcome outcome)
    {
        foreach (PrekillRequest request in _requests)
            request.Left.RemoveAll(left => ReferenceEquals(left.Plan, outcome.Plan));
        AnswerDone(time.NowUs());
    }

    /// <summary>Answers what has waited long enough.</summary>
    public void Expire(long nowUs)
    {
        foreach (PrekillRequest request in _requests)
        {
            if (request.DueUs > nowUs)
                continue;
            TimeSpan wait = _options.BeforeOomdKill;
            string reason = $"the capture was not done within {TimeSpanText.Format(wait)}, and is not waited for";
            foreach ((_, WatchedGroup group, Rule rule) in request.Left)
                records.Prekill(group, request.Cgroup, rule, wait, reason);
            request.Left.Clear();
        }

        AnswerDone(nowUs);
    }

    public void Dispose() => Close(time.NowUs());

    // Whom nobody answers is answered by the end of the connection.
    private void Close(long nowUs)
    {
        foreach (PrekillRequest request in _requests)
            request.Left.Clear();
        AnswerDone(nowUs);
        try
        {
            _server?.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The socket went with its directory.
        }

        _server = null;
    }

    private void AnswerDone(long nowUs)
    {
        for (int i = _requests.Count - 1; i >= 0; i--)
        {
            if (_requests[i].Left.Count > 0)
                continue;
            _server?.Answer(_requests[i].Call, VarlinkReply.Nothing, nowUs);
            _requests.RemoveAt(i);
        }
    }

    private VarlinkReply Handle(VarlinkCall call)
    {
        if (call.Method != PrekillInterface.Notify)
            return VarlinkReply.MethodNotFound(call.Method);
        if (!call.TryGetParameters(VarlinkJson.Default.PrekillCall, out PrekillCall kill, out VarlinkReply refusal))
            return refusal;
        if (!kill.Cgroup.StartsWith('/'))
            return VarlinkReply.InvalidParameter("cgroup");
        _calls++;
        long nowUs = _nowUs;
        var request = new PrekillRequest(call, kill.Cgroup, nowUs + (long)_options.BeforeOomdKill.TotalMicroseconds);
        foreach (WatchedGroup group in watched.FindHit(kill.Cgroup))
            Begin(request, group, nowUs);
        if (request.Left.Count == 0)
            return VarlinkReply.Nothing;
        _requests.Add(request);
        return VarlinkReply.Later;
    }

    private void Begin(PrekillRequest request, WatchedGroup group, long nowUs)
    {
        if (group.VanishedUs is not null || sampler.ReadFull(group, nowUs) != ReadStatus.Ok)
            return;
        recording.Sample(group, isFull: true, nowUs);
        // It is judged in this tick.
        group.DueUs = group.FullDueUs = 0;
        RuleTrack? track = PrekillChoice.Of(group.Rules);
        string? refusal = TryCapture(request, group, track);
        string? reason = refusal is null ? null : $"no capture: {refusal}";
        records.Prekill(group, request.Cgroup, track?.Rule, _options.BeforeOomdKill, reason);
    }

    // Null where it was begun, else why not.
    private string? TryCapture(PrekillRequest request, WatchedGroup group, RuleTrack? track)
    {
        if (track is null)
            return "no rule of the unit captures";
        Rule rule = track.Rule;
        if (rule.DryRun)
            return "dry run: the rule has dry_run = true";
        if (request.Left.Count >= MaxCaptures)
            return $"{MaxCaptures} units of this kill are captured already";
        var trigger = new CaptureTrigger(
            rule.Name, rule.SeverityAt(1), EventCondition.OomdKillKey, ValueUnit.Count, Value: 1, Threshold: 1,
            track.State.Episode);
        var plan = new CapturePlan(
            group.Name, group.Cgroup.Path, group.Cgroup.Id, group.InvocationId, bootId, time.RealtimeUs(), trigger,
            group.Limits, group.Sample, group.Ring.ToArray());
        // That of an alert a moment ago is what is wanted here too.
        if (desk.Begun(group.Cgroup.Id) is { } begun)
        {
            request.Left.Add((begun, group, rule));
            return null;
        }

        if (!desk.Admits(plan, _options, ignoresCooldown: false, out string reason))
            return reason;
        if (!desk.TryBegin(plan))
            return "too many captures wait already";
        request.Left.Add((plan, group, rule));
        return null;
    }
}
