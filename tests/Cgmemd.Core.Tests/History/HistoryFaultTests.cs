using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public sealed class HistoryFaultTests
{
    [Theory]
    [InlineData(13, 0, HistoryFault.DiskFull)] // SQLITE_FULL
    [InlineData(778, 28, HistoryFault.DiskFull)] // IOERR_WRITE, ENOSPC
    [InlineData(4874, 28, HistoryFault.DiskFull)] // IOERR_SHMSIZE, ENOSPC
    [InlineData(778, 122, HistoryFault.DiskFull)] // IOERR_WRITE, EDQUOT
    [InlineData(14, 28, HistoryFault.DiskFull)] // CANTOPEN, ENOSPC
    [InlineData(5, 0, HistoryFault.Locked)] // BUSY
    [InlineData(517, 0, HistoryFault.Locked)] // BUSY_SNAPSHOT
    [InlineData(6, 0, HistoryFault.Locked)] // LOCKED
    [InlineData(15, 0, HistoryFault.Locked)] // PROTOCOL
    [InlineData(8, 0, HistoryFault.Unwritable)] // READONLY
    [InlineData(1032, 0, HistoryFault.Gone)] // READONLY_DBMOVED
    [InlineData(778, 30, HistoryFault.Unwritable)] // IOERR_WRITE, EROFS
    [InlineData(14, 2, HistoryFault.Unwritable)] // CANTOPEN, ENOENT: the directory
    [InlineData(14, 13, HistoryFault.Unwritable)] // CANTOPEN, EACCES
    [InlineData(14, 5, HistoryFault.InputOutput)] // CANTOPEN, EIO
    [InlineData(266, 5, HistoryFault.InputOutput)] // IOERR_READ, EIO
    [InlineData(1034, 5, HistoryFault.InputOutput)] // IOERR_FSYNC, EIO
    [InlineData(8202, 0, HistoryFault.Corrupt)] // IOERR_DATA
    [InlineData(11, 0, HistoryFault.Corrupt)] // CORRUPT
    [InlineData(267, 0, HistoryFault.Corrupt)] // CORRUPT_VTAB
    [InlineData(26, 0, HistoryFault.Corrupt)] // NOTADB
    [InlineData(1, 0, HistoryFault.Unexpected)] // ERROR
    [InlineData(19, 0, HistoryFault.Unexpected)] // CONSTRAINT
    [InlineData(7, 0, HistoryFault.Unexpected)] // NOMEM
    public void A_failure_is_known_by_its_codes(int extendedCode, int errno, HistoryFault expected) =>
        Assert.Equal(expected, HistoryFaults.Of(extendedCode, errno));

    // A file must not be taken for corrupt because its disk, or its lock, is in the way.
    [Fact]
    public void Nothing_but_what_SQLite_calls_so_is_corrupt() => Assert.All(
        Enumerable.Range(1, 28).Except([11, 26]),
        code => Assert.NotEqual(HistoryFault.Corrupt, HistoryFaults.Of(code, 0)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(int.MaxValue, 30)]
    public void The_pause_doubles_up_to_the_longest(int attempts, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        HistoryFaults.RetryAfter(
            HistoryFault.DiskFull, attempts, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)));

    [Fact]
    public void A_lock_is_tried_again_at_once() => Assert.Equal(
        TimeSpan.FromSeconds(1),
        HistoryFaults.RetryAfter(HistoryFault.Locked, 20, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)));

    [Theory]
    [InlineData(HistoryFault.None, "overload")]
    [InlineData(HistoryFault.DiskFull, "disk-full")]
    [InlineData(HistoryFault.InputOutput, "unwritable")]
    [InlineData(HistoryFault.Locked, "locked")]
    [InlineData(HistoryFault.Corrupt, "corrupt")]
    public void A_gap_has_the_reason_of_the_fault(HistoryFault fault, string reason) =>
        Assert.Equal(reason, fault.GapReason());
}
