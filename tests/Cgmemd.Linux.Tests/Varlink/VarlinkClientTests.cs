using System.Net.Sockets;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Native;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Linux.Tests.Varlink;

public class VarlinkClientTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task ResultsAndErrorsComeBackAsRecords()
    {
        using var served = new ServedSocket(Handle);
        using var stop = new CancellationTokenSource();
        Task loop = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                served.Turn();
        });
        using (VarlinkClient client = VarlinkClient.Connect(served.Path))
        {
            VarlinkResult reload = client.Call(DaemonInterface.Reload);
            Assert.Null(reload.Error);
            Assert.Equal(["line 1"], reload.As(ReplyJson.Default.ReloadReply)!.Warnings);

            VarlinkResult unit = client.Call(
                DaemonInterface.GetUnit, new GetUnitCall("ü.service"), VarlinkJson.Default.GetUnitCall);
            Assert.Equal(DaemonInterface.NoSuchUnit, unit.Error);
            Assert.Equal("ü.service", unit.As(ReplyJson.Default.NoSuchUnitError)!.Unit);
            Assert.Null(unit.As(ReplyJson.Default.ReloadReply));
        }

        await stop.CancelAsync();
        await loop;
    }

    [Fact]
    public void NobodyThereIsAnExceptionWithTheErrno()
    {
        var e = Assert.Throws<VarlinkException>(() => VarlinkClient.Connect("/nonexistent/io.cgmemd"));
        Assert.Equal("/nonexistent/io.cgmemd: No such file or directory", e.Message);
        Assert.Equal(Errno.ENOENT, e.Errno);
        Assert.False(e.IsDenied);
    }

    [Fact]
    public void AServerThatDoesNotAnswerTimesOut()
    {
        using var served = new ServedSocket();
        using VarlinkClient client = VarlinkClient.Connect(served.Path, Short);
        var e = Assert.Throws<VarlinkException>(() => client.Call(DaemonInterface.Reload));
        Assert.Equal($"{served.Path}: no answer in time", e.Message);
    }

    [Theory]
    [InlineData("", "the connection was closed before the reply came")]
    [InlineData("null\0", "the reply is not a JSON object")]
    [InlineData("HTTP/1.1 400 Bad Request\0", "the reply is not varlink: ")]
    public void AServerOfAnotherKindIsAnException(string reply, string reason)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("cgmemd-varlink-").FullName, "socket");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using VarlinkClient client = VarlinkClient.Connect(path);
        using Socket accepted = listener.Accept();
        accepted.Send(System.Text.Encoding.ASCII.GetBytes(reply));
        accepted.Shutdown(SocketShutdown.Send);
        var e = Assert.Throws<VarlinkException>(() => client.Call(DaemonInterface.Reload));
        Assert.StartsWith($"{path}: {reason}", e.Message, StringComparison.Ordinal);
    }

    private static VarlinkReply Handle(VarlinkCall call) => call.Method switch
    {
        DaemonInterface.Reload => VarlinkReply.Of(new ReloadReply(["line 1"]), ReplyJson.Default.ReloadReply),
        DaemonInterface.GetUnit => VarlinkReply.OfError(
            DaemonInterface.NoSuchUnit,
            new NoSuchUnitError(call.Parameters!.Value.GetProperty("unit").GetString()!),
            ReplyJson.Default.NoSuchUnitError),
        _ => VarlinkReply.MethodNotFound(call.Method),
    };
}
