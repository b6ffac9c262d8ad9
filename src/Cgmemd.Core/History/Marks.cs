namespace Cgmemd.Core.History;

/// <summary>A note that somebody put on the timeline, by <c>cgmemctl mark</c>.</summary>
/// <param name="Time">When.</param>
/// <param name="Text">What it says.</param>
/// <param name="Unit">The unit it is about; null for the whole host.</param>
/// <param name="Count">A work counter, such as requests served so far; null without.</param>
public sealed record Mark(HistoryTime Time, string Text, string? Unit, ulong? Count);

/// <summary>A time of which nothing was recorded.</summary>
/// <param name="Start">The last that is recorded before it.</param>
/// <param name="End">The first after it.</param>
/// <param name="Reason">
/// <c>not-running</c>, <c>reboot</c>, <c>suspend</c>, <c>clock-step</c>, <c>disk-full</c>, <c>unwritable</c>,
/// <c>locked</c>, <c>corrupt</c>, <c>overload</c>.
/// </param>
public sealed record Gap(HistoryTime Start, HistoryTime End, string Reason);
