using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.History;

/// <summary>A breakdown as the history keeps it.</summary>
/// <param name="Time">When its reading began.</param>
/// <param name="Cause">Why it was taken; see <see cref="BreakdownCause"/>.</param>
/// <param name="Rule">The rule that fired or whose action the capture was; null on demand.</param>
/// <param name="Breakdown">What was read.</param>
public sealed record RecordedBreakdown(HistoryTime Time, string Cause, string? Rule, Breakdown Breakdown);

/// <summary>A breakdown of the history, without what is in it.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="Time">When its reading began.</param>
/// <param name="Unit">The unit, or the path of a plain cgroup.</param>
/// <param name="CgroupId">With boot and invocation id, which of the unit's lives it is of.</param>
/// <param name="InvocationId">systemd's, or null.</param>
/// <param name="Cause">See <see cref="BreakdownCause"/>.</param>
/// <param name="Rule">The rule, where one was the cause.</param>
public sealed record BreakdownEntry(
    long Id, HistoryTime Time, string Unit, ulong CgroupId, string? InvocationId, string Cause, string? Rule);

/// <summary>Why a breakdown was taken.</summary>
public static class BreakdownCause
{
    public const string Alert = "alert";

    /// <summary>For a capture, whose file has it as well.</summary>
    public const string Capture = "capture";

    /// <summary>By <c>cgmemctl show --memory --record</c>.</summary>
    public const string Demand = "demand";
}
