using System.Text.Json;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;
using Cgmemd.Linux.Tests.Cgroups;

namespace Cgmemd.Linux.Tests.Attribution;

/// <summary>This very process, said to be in a cgroup of a fixture.</summary>
public sealed class BreakdownReaderTests : IDisposable
{
    private const string Group = "/system.slice/api.service";

    private readonly FixtureTree _tree = new();
    private readonly ProcDirectory _proc;
    private readonly Cgroup _cgroup;

    public BreakdownReaderTests()
    {
        Assert.Equal(ReadStatus.Ok, ProcDirectory.TryOpen("/proc", out ProcDirectory? proc, out _));
        _proc = proc!;
        _tree.Write(Group + "/cgroup.procs", $"{Environment.ProcessId}\n");
        foreach (string below in (string[])["/workers", "/workers/one"])
            _tree.Write(Group + below + "/cgroup.procs", "");
        Assert.Equal(ReadStatus.Ok, Cgroup.TryOpen(_tree.Root, Group, out Cgroup? cgroup));
        _cgroup = cgroup!;
    }

    public void Dispose()
    {
        _cgroup.Dispose();
        _proc.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void ARealProcessIsBrokenDownAndReconciled()
    {
        Breakdown breakdown = Take(deadlineUs: long.MaxValue);
        Assert.Equal("api.service", breakdown.Unit);
        Assert.Equal(Group, breakdown.Cgroup);
        Assert.Equal(1, breakdown.ProcessCount);
        Assert.Equal(0, breakdown.RollupOnlyCount);
        Assert.Equal(new MissingProcesses(0, 0, 0), breakdown.Missing);
        ProcessBreakdown process = Assert.Single(breakdown.Processes);
        Assert.Equal(Environment.ProcessId, process.Pid);
        Assert.True(process.Threads > 1);
        Assert.NotEmpty(process.TopMappings!);
        ulong pss = process.Use!.Value.Pss, categories = 0;
        foreach (MemoryUse use in breakdown.Categories.Values)
            categories += use.Pss;
        // Each mapping's share is rounded down, and a runtime does not stand still.
        Assert.InRange(categories, pss * 0.8, pss * 1.25);
        // The runtime's compiled code.
        Assert.Contains(breakdown.Names, name => name.Category == "shared_memory" && name.Use.Pss > 0);

        Reconciliation reconciliation = breakdown.Reconciliation!;
        Assert.Equal(pss, reconciliation.Pss);
        long current = (long)reconciliation.MemoryCurrent;
        Assert.Equal(current, reconciliation.Charged.Sum(line => line.Bytes));
        Assert.Equal(current, (long)pss + reconciliation.Mapped.Sum(line => line.Bytes));
        Assert.Equal(0, reconciliation.Drift);
    }

    [Fact]
    public void OutOfTimeIsCountedAndTheSizeStillKnown()
    {
        Breakdown breakdown = Take(deadlineUs: 0);
        Assert.Equal(new MissingProcesses(0, 1, 0), breakdown.Missing);
        Assert.Empty(breakdown.Categories);
        ProcessBreakdown process = Assert.Single(breakdown.Processes);
        Assert.Null(process.Use);
        Assert.Null(process.Categories);
        Assert.True(process.Rss > 1 << 20);
        Assert.Equal(0ul, breakdown.Reconciliation!.Pss);
        Assert.Contains(breakdown.Reconciliation.Mapped, line => line.Name == "anon_unread");
    }

    [Fact]
    public void AProcessThatIsGoneIsNotCounted()
    {
        using (var process = System.Diagnostics.Process.Start("true")!)
        {
            process.WaitForExit();
            _tree.Write(Group + "/workers/cgroup.procs", $"{process.Id}\n");
        }

        Assert.Equal(1, Take(deadlineUs: long.MaxValue).ProcessCount);
    }

    [Fact]
    public void WithoutTheMemoryControllerThereIsNoReconciliation()
    {
        File.Delete(_tree.Root + Group + "/memory.current");
        Breakdown breakdown = Take(deadlineUs: long.MaxValue);
        Assert.Null(breakdown.Reconciliation);
        Assert.Single(breakdown.Processes);
    }

    [Fact]
    public void ItIsTheSameAfterJson()
    {
        Breakdown breakdown = Take(deadlineUs: long.MaxValue);
        string json = JsonSerializer.Serialize(breakdown, BreakdownJson.Default.Breakdown);
        Assert.DoesNotContain("null", json, StringComparison.Ordinal);
        Assert.Contains("\"rollup_only_count\":0", json, StringComparison.Ordinal);
        Breakdown again = JsonSerializer.Deserialize(json, BreakdownJson.Default.Breakdown)!;
        Assert.Equal(json, JsonSerializer.Serialize(again, BreakdownJson.Default.Breakdown));
    }

    private Breakdown Take(long deadlineUs) => new BreakdownReader(_proc, TimeProvider.System).Take(
        _cgroup, "api.service", new string('a', 32), Redaction.None, deadlineUs, TimeProvider.System.RealtimeUs());
}
