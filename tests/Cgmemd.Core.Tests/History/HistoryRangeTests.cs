using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public class HistoryRangeTests
{
    [Theory]
    [InlineData(0, 30, "0-10 10-20 20-30")]
    [InlineData(7, 21, "7-10 10-20 20-21")]
    [InlineData(12, 13, "12-13")]
    [InlineData(13, 13, "")]
    public void PiecesEndAtMultiplesAndLeaveNothingOut(long since, long until, string pieces) => Assert.Equal(
        pieces, string.Join(' ', new HistoryRange(since, until).Pieces(10).Select(p => $"{p.SinceUs}-{p.UntilUs}")));
}
