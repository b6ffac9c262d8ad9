using System.Net.Sockets;
using System.Text;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Linux.Tests.Varlink;

/// <summary>Whatever a client sends, the server neither throws nor stops serving others.</summary>
public class VarlinkGarbageTests
{
    // Pieces that get further into the parser than random bytes do.
    private static readonly string[] Pieces =
    [
        "{\"method\":\"io.cgmemd.GetUnit\"", ",\"parameters\":{\"unit\":", "\"parameters\"", "{", "}", "[", "]", ":",
        ",", "\"", "\"a\"", "null", "true", "-1e999", "\\ud800", "\"\\udc00\"", "\0", "\0\0", "\n", "ü",
        "\"oneway\":true", "\"more\":1", "\"upgrade\":true", "{\"method\":\"org.varlink.service.GetInfo\"}\0",
        "{\"method\":\"io.cgmemd.GetUnit\",\"parameters\":{\"unit\":\"\\ud800\"}}\0",
        "{\"method\":\"io.cgmemd.GetUnit\",\"parameters\":{\"\\udfff\":1}}\0",
    ];

    [Fact]
    public void RandomBytesDoNoHarm() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), SurvivesAndServes).QuickCheckThrowOnFailure();

    [Fact]
    public void RandomPiecesOfCallsDoNoHarm() =>
        Prop.ForAll(
            Gen.Elements(Pieces).ListOf().ToArbitrary(),
            pieces => SurvivesAndServes(Encoding.UTF8.GetBytes(string.Concat(pieces)))).QuickCheckThrowOnFailure();

    private static bool SurvivesAndServes(byte[] bytes)
    {
        using var served = new ServedSocket(Handle);
        Socket rude = served.Connect(), polite = served.Connect();
        served.Send(rude, [.. bytes, 0]);
        served.Received(rude);
        served.Send(polite, "{\"method\":\"io.cgmemd.Reload\"}\0");
        return served.Received(polite) == """{"parameters":{}}.""";
    }

    private static VarlinkReply Handle(VarlinkCall call)
    {
        if (call.Method != DaemonInterface.GetUnit)
            return VarlinkReply.Nothing;
        return call.TryGetParameters(VarlinkJson.Default.GetUnitCall, out GetUnitCall unit, out VarlinkReply refusal)
            ? VarlinkReply.OfError(
                DaemonInterface.NoSuchUnit, new NoSuchUnitError(unit.Unit), ReplyJson.Default.NoSuchUnitError)
            : refusal;
    }
}
