using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

/// <summary>Rows of one unit, as a reader would give them.</summary>
internal static class Rows
{
    internal static readonly Invocation First = Life('a');

    internal static readonly Invocation Second = Life('b');

    internal static HistoryRow Of(long second, params FieldSummary?[] values) => Of(First, second, 1, values);

    internal static HistoryRow Of(Invocation life, long second, uint samples, params FieldSummary?[] values) => new()
    {
        Time = new HistoryTime(second * 1_000_000, second * 1_000_000),
        LastUs = second * 1_000_000,
        Samples = samples,
        Invocation = life,
        Values = values,
    };

    private static Invocation Life(char id) => new()
    {
        Unit = "api.service",
        Kind = InvocationKind.Unit,
        Cgroup = "/system.slice/api.service",
        CgroupId = id,
        BootId = new string('0', 32),
        InvocationId = new string(id, 32),
        Start = new HistoryTime(0, 0),
    };
}
