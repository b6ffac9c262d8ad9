using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests;

public sealed class MarkCommandTests
{
    [Fact]
    public void AMarkIsSentAsItIsGiven()
    {
        MarkCall? seen = null;
        using var run = new ControlRun(call =>
        {
            if (call.Method == DaemonInterface.Mark
                && call.TryGetParameters(VarlinkJson.Default.MarkCall, out MarkCall mark, out _))
                seen = mark;
            return VarlinkReply.Nothing;
        });
        Assert.Equal(0, run.Run("mark", "load test begins", "-u", "api", "--count", "18446744073709551615"));
        Assert.Equal(new MarkCall("load test begins", "api.service", ulong.MaxValue), seen);
        Assert.Equal("Marked.\n", run.Error);
        Assert.Equal(0, run.Run("mark", "-q", "done"));
        Assert.Equal(new MarkCall("done"), seen);
    }

    [Fact]
    public void ADaemonWithoutAHistorySaysSo()
    {
        using var run = new ControlRun(_ => VarlinkReply.OfError(
            DaemonInterface.HistoryUnavailable, new HistoryUnavailableError("it is disabled"),
            ReplyJson.Default.HistoryUnavailableError));
        Assert.Equal(1, run.Run("mark", "x"));
        Assert.Equal("cgmemctl: the history cannot be written now: it is disabled\n", run.Error);
    }
}
