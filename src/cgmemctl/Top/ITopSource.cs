using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>Where pictures come from: the daemon, which knows now, or a history, which knows any time.</summary>
internal interface ITopSource : IDisposable
{
    /// <summary>All units as they are, or were at a time: CLOCK_REALTIME in microseconds.</summary>
    /// <exception cref="Cgmemd.Linux.Varlink.VarlinkException">The daemon does not answer.</exception>
    /// <exception cref="Cgmemd.Linux.Sqlite.HistoryException">The history cannot be read.</exception>
    TopFrame Read(long atUs);

    /// <summary>More of one unit; null where it is not known at that time.</summary>
    /// <exception cref="Cgmemd.Linux.Varlink.VarlinkException">The daemon does not answer.</exception>
    /// <exception cref="Cgmemd.Linux.Sqlite.HistoryException">The history cannot be read.</exception>
    TopDetail? Detail(UnitSummary unit, long atUs);
}

/// <summary>All units at one time.</summary>
/// <param name="Source">What the time is told of: <c>LIVE</c>, <c>HISTORY</c>, or a file's name.</param>
/// <param name="TimeUs">When: CLOCK_REALTIME in microseconds.</param>
/// <param name="Units">In any order.</param>
/// <param name="Note">What must be known with it, such as that nothing was recorded then; or null.</param>
internal sealed record TopFrame(string Source, long TimeUs, IReadOnlyList<UnitSummary> Units, string? Note = null)
{
    /// <summary>With something more to be known; with nothing more where it is null.</summary>
    internal TopFrame With(string? note) =>
        note is null ? this : this with { Note = Note is null ? note : $"{Note}; {note}" };
}

/// <summary>More of one unit.</summary>
/// <param name="Unit">Its values.</param>
/// <param name="Course">memory.current of the last while, in time order.</param>
internal sealed record TopDetail(UnitDetail Unit, List<(long TimeUs, ulong Bytes)> Course);
