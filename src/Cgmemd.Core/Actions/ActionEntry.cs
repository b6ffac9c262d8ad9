namespace Cgmemd.Core.Actions;

/// <summary>
/// One time that the actions of a rule were done for a unit. In the state file the time is CLOCK_REALTIME in
/// microseconds, as it outlives the boot; in the ledger it is CLOCK_MONOTONIC, which nobody sets back.
/// </summary>
/// <param name="Number">Each has its own, also over restarts.</param>
/// <param name="Unit">The unit, or a cgroup's path.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="TimeUs">When; of one that is put off, when it will be.</param>
public sealed record ActionEntry(ulong Number, string Unit, string Rule, long TimeUs);

/// <summary>The ledger as the state file has it.</summary>
/// <param name="LastNumber">The highest number given.</param>
/// <param name="Entries">By <see cref="ActionEntry.Number"/>.</param>
public sealed record ActionState(ulong LastNumber, IReadOnlyList<ActionEntry> Entries);
