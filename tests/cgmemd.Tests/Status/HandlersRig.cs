using System.Text.Json;
using Cgmemd.Core.History;
using Cgmemd.Daemon.Status;
using Cgmemd.Daemon.Tests.History;
using Cgmemd.Linux.Tests.Cgroups;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Daemon.Tests.Status;

/// <summary>The handlers of a daemon that watches a recorded tree and records it.</summary>
internal sealed class HandlersRig : IDisposable
{
    private readonly FixtureTree _tree = new("recorded-6.12");
    private readonly VarlinkHandlers _handlers;

    /// <param name="units">Services beside the recorded one, as it is.</param>
    public HandlersRig(params ReadOnlySpan<string> units)
    {
        foreach (string unit in units)
            _tree.Copy("/system.slice/api.service", $"/system.slice/{unit}");
        Daemon = new RecordedTree(_tree);
        _handlers = new VarlinkHandlers(
            Daemon.Watched, Daemon.Events, Daemon.Recording, new UnitReport(Daemon.Budgets, TimeProvider.System),
            new ProcessReport(Daemon.Watched, Daemon.Processes, TimeProvider.System),
            new RuleHandlers(
                Daemon.Watched, Daemon.Budgets, Daemon.Judge, Daemon.BudgetJudge, Daemon.Silencing, Daemon.Limits,
                TimeProvider.System),
            Daemon.Sampler, TimeProvider.System,
            () => throw new InvalidOperationException(), () => throw new InvalidOperationException());
        Assert.True(SpinWait.SpinUntil(() => Daemon.Recording.Status.State == HistoryState.Recording, 60_000));
    }

    public RecordedTree Daemon { get; }

    public VarlinkReply Call(string method, string parameters, uint uid = 0) => _handlers.Handle(new VarlinkCall(
        method, JsonDocument.Parse(parameters).RootElement, new PeerCredentials(1, uid, uid),
        More: false, Oneway: false));

    public void Dispose()
    {
        Daemon.Dispose();
        _tree.Dispose();
    }
}
