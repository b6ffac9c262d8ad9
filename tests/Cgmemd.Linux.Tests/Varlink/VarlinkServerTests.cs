using System.Net.Sockets;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Linux.Tests.Varlink;

public class VarlinkServerTests
{
    private const string Reload = """{"method":"io.cgmemd.Reload"}""";
    private const string Refusal = """{"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"method"}}.EOF""";

    [Fact]
    public void ACallIsAnswered()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        served.Send(client, Reload + "\0");
        Assert.Equal("""{"parameters":{}}.""", served.Received(client));
        Assert.Equal("io.cgmemd.Reload", Assert.Single(served.Calls).Method);
    }

    [Fact]
    public void TheCallerIsKnownByItsCredentials()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        served.Send(served.Connect(), Reload + "\0");
        PeerCredentials peer = Assert.Single(served.Calls).Peer;
        Assert.Equal(Environment.ProcessId, peer.Pid);
        Assert.Equal(Environment.UserName == "root", peer.Uid == 0);
    }

    [Fact]
    public void ACallMayComeByteByByte()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        foreach (char c in Reload)
            served.Send(client, c.ToString());
        Assert.Empty(served.Calls);
        served.Send(client, "\0");
        Assert.Equal("""{"parameters":{}}.""", served.Received(client));
    }

    [Fact]
    public void PipelinedCallsAreAnsweredInOrder()
    {
        using var served = new ServedSocket(call => VarlinkReply.MethodNotFound(call.Method));
        Socket client = served.Connect();
        served.Send(client, """{"method":"io.cgmemd.A"}""" + "\0" + """{"method":"io.cgmemd.B"}""" + "\0" + "{\"met");
        Assert.Equal(
            """{"error":"org.varlink.service.MethodNotFound","parameters":{"method":"io.cgmemd.A"}}.""" +
            """{"error":"org.varlink.service.MethodNotFound","parameters":{"method":"io.cgmemd.B"}}.""",
            served.Received(client));
        served.Send(client, "hod\":\"io.cgmemd.C\"}\0");
        Assert.Contains("io.cgmemd.C", served.Received(client), StringComparison.Ordinal);
    }

    [Fact]
    public void AReplyMayComeLaterAndWhatCameBehindTheCallWaitsForIt()
    {
        using var served = new ServedSocket(
            call => call.Method.EndsWith("Wait", StringComparison.Ordinal) ? VarlinkReply.Later : VarlinkReply.Nothing);
        Socket client = served.Connect();
        served.Send(client, """{"method":"io.cgmemd.Wait"}""" + "\0" + Reload + "\0");
        Assert.Equal("io.cgmemd.Wait", Assert.Single(served.Calls).Method);
        served.Send(client, Reload + "\0");
        Assert.Single(served.Calls);
        served.Server.Answer(served.Calls[0], VarlinkReply.OfError("io.cgmemd.NoSuchUnit"), served.NowUs);
        served.Server.Answer(served.Calls[0], VarlinkReply.Nothing, served.NowUs);
        Assert.Equal(
            """{"error":"io.cgmemd.NoSuchUnit","parameters":{}}.{"parameters":{}}.{"parameters":{}}.""",
            served.Received(client));
    }

    [Fact]
    public void WhoHangsUpIsNotWaitedFor()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Later);
        Socket client = served.Connect();
        served.Send(client, Reload + "\0");
        Assert.Equal(1, served.Server.Connections);
        client.Close();
        served.Server.OnReady(served.NowUs);
        Assert.Equal(0, served.Server.Connections);
        served.Server.Answer(served.Calls[0], VarlinkReply.Nothing, served.NowUs);
    }

    [Fact]
    public void AOnewayCallIsNotAnswered()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        served.Send(client, """{"method":"io.cgmemd.Reload","oneway":true}""" + "\0" + Reload + "\0");
        Assert.Equal("""{"parameters":{}}.""", served.Received(client));
        Assert.Equal([true, false], served.Calls.Select(c => c.Oneway));
    }

    [Fact]
    public void AnAnswerComesAfterTheClientHasShutItsSendingHalf()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        client.Send("{\"method\":\"io.cgmemd.Reload\"}\0"u8);
        client.Shutdown(SocketShutdown.Send);
        served.Turn();
        Assert.Equal("""{"parameters":{}}.EOF""", served.Received(client));
        Assert.Equal(0, served.Server.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"method":null}""")]
    [InlineData("""{"method":7}""")]
    [InlineData("""{"method":"\ud800"}""")]
    [InlineData("""{"method":"io.cgmemd.Reload"} {}""")]
    public void GarbageIsRefusedAndTheConnectionClosed(string garbage)
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        served.Send(client, garbage + "\0" + Reload + "\0");
        Assert.Equal(Refusal, served.Received(client));
        Assert.Empty(served.Calls);
        Assert.Equal(0, served.Server.Connections);
    }

    [Fact]
    public void InvalidUtf8IsRefused()
    {
        using var served = new ServedSocket();
        Socket client = served.Connect();
        served.Send(client, [.. "{\"method\":\""u8, 0xff, .. "\"}\0"u8]);
        Assert.Equal(Refusal, served.Received(client));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("\"unit\"")]
    public void ParametersOtherThanAnObjectAreRefused(string parameters)
    {
        using var served = new ServedSocket();
        Socket client = served.Connect();
        served.Send(client, $$"""{"method":"io.cgmemd.GetUnit","parameters":{{parameters}}}""" + "\0");
        Assert.Equal(
            """{"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"parameters"}}.EOF""",
            served.Received(client));
    }

    [Fact]
    public void ACallIsTakenUpTo64KiBAndRefusedBeyond()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        string longest = Reload[..^1] + new string(' ', (64 * 1024) - Reload.Length - 1) + "}";
        served.Send(client, longest + "\0");
        Assert.Equal("""{"parameters":{}}.""", served.Received(client));
        served.Send(client, longest + " ");
        Assert.Equal(Refusal, served.Received(client));
    }

    [Fact]
    public void AClientThatDoesNotReadIsNotReadFromEither()
    {
        string large = new('x', 100_000);
        using var served = new ServedSocket(_ =>
            VarlinkReply.Of(new ReloadReply([large]), ReplyJson.Default.ReloadReply));
        Socket client = served.Connect();
        served.Send(client, string.Concat(Enumerable.Repeat(Reload + "\0", 100)));
        Assert.InRange(served.Calls.Count, 3, 20);
        string received = served.Received(client);
        Assert.Equal(100, served.Calls.Count);
        Assert.Equal(100, received.Count(c => c == '.'));
    }

    [Fact]
    public void AFloodOfCallsIsAnsweredAFewInEachTurnOfTheLoop()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        served.Turn();
        client.Send(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
            """{"method":"io.cgmemd.Reload","oneway":true}""" + "\0", 100))));
        served.Server.OnReady(served.NowUs);
        Assert.Equal(8, served.Calls.Count);
        served.Turn();
        Assert.Equal(100, served.Calls.Count);
    }

    [Fact]
    public void AReplyBeyondTheBoundClosesTheConnection()
    {
        string huge = new('x', 9 * 1024 * 1024);
        using var served = new ServedSocket(_ =>
            VarlinkReply.Of(new ReloadReply([huge]), ReplyJson.Default.ReloadReply));
        Socket client = served.Connect();
        served.Send(client, Reload + "\0");
        Assert.Equal("EOF", served.Received(client));
    }

    [Fact]
    public void AClientThatLeavesACallUnfinishedIsDropped()
    {
        using var served = new ServedSocket();
        Socket slow = served.Connect(), idle = served.Connect();
        served.Turn();
        served.Send(slow, "{");
        served.NowUs += 6_000_000;
        served.Server.DropSlow(served.NowUs);
        Assert.Equal("EOF", served.Received(slow));
        Assert.Equal("", served.Received(idle));

        served.NowUs += 300_000_000;
        served.Server.DropSlow(served.NowUs);
        Assert.Equal("EOF", served.Received(idle));
    }

    [Fact]
    public void TheLongestIdleMakesRoomForANewClient()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket first = served.Connect();
        served.Turn();
        for (int i = 0; i < VarlinkServer.MaxConnections; i++)
        {
            served.NowUs++;
            Socket next = served.Connect();
            served.Turn();
            served.Send(next, Reload + "\0");
            Assert.Equal("""{"parameters":{}}.""", served.Received(next));
        }

        Assert.Equal(VarlinkServer.MaxConnections, served.Server.Connections);
        Assert.Equal("EOF", served.Received(first));
    }

    [Fact]
    public void AClientThatIsGoneIsForgotten()
    {
        using var served = new ServedSocket(_ => VarlinkReply.Nothing);
        Socket client = served.Connect();
        client.Send("{\"method\":\"io.cgmemd.Reload\"}\0"u8);
        client.Dispose();
        served.Turn();
        Assert.Equal(0, served.Server.Connections);
    }

    [Fact]
    public void AStaleSocketIsReplacedALiveOneAndAFileAreNot()
    {
        using var served = new ServedSocket();
        IOException live = Assert.Throws<IOException>(() => Listen(served.Path));
        Assert.Equal($"{served.Path}: bind: Address already in use", live.Message);

        string stale = served.Path + ".stale";
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(stale));
            dead.Listen();
            // Closing the descriptor leaves the name; Socket.Dispose would remove it.
            File.Move(stale, stale + ".kept");
        }

        File.Move(stale + ".kept", stale);
        using (VarlinkServer server = Listen(stale))
            Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(stale));
        Assert.False(File.Exists(stale));

        string file = served.Path + ".txt";
        File.WriteAllText(file, "precious");
        Assert.Throws<IOException>(() => Listen(file));
        Assert.Equal("precious", File.ReadAllText(file));
    }

    [Fact]
    public void APathTooLongIsAnErrorThatSaysSo()
    {
        string path = "/tmp/" + new string('x', 103);
        IOException e = Assert.Throws<IOException>(() => Listen(path));
        Assert.Equal($"{path}: bind: File name too long", e.Message);
    }

    private static VarlinkServer Listen(string path) =>
        VarlinkServer.Listen(path, (UnixFileMode)0b110_000_000, _ => VarlinkReply.Nothing);
}
