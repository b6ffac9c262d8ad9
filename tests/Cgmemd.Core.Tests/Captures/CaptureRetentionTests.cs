using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Tests.Captures;

public sealed class CaptureRetentionTests
{
    private static readonly CaptureFile[] Files = [new("c", 30, 3), new("a", 10, 1), new("d", 40, 4), new("b", 20, 2)];

    [Fact]
    public void Keeps_all_within_the_limits() => Assert.Empty(CaptureRetention.Excess(Files, Options(4, 100)));

    [Fact]
    public void The_oldest_go_first_by_count() => Assert.Equal(["a", "b"], Excess(Options(2, 100)));

    [Fact]
    public void The_oldest_go_first_by_bytes() => Assert.Equal(["a", "b"], Excess(Options(4, 70)));

    [Fact]
    public void The_newest_stays_whatever_the_limits() => Assert.Equal(["a", "b", "c"], Excess(Options(1, 1)));

    private static IEnumerable<string> Excess(CaptureOptions options) =>
        CaptureRetention.Excess(Files, options).Select(file => file.Name);

    private static CaptureOptions Options(int count, ulong bytes) => new(count, bytes, KeepFree: 0, TimeSpan.Zero);
}
