using System.Net.Sockets;
using System.Text.Json;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Linux.Tests.Varlink;

public class VarlinkServiceTests
{
    [Fact]
    public void TheServiceDescribesItself()
    {
        Assert.Equal(
            """{"parameters":{"vendor":"cgmemd","product":"cgmemd","version":"0.1.0","url":"https://varlink.org/","interfaces":["org.varlink.service","io.cgmemd"]}}.""",
            Ask("""{"method":"org.varlink.service.GetInfo"}"""));
    }

    [Theory]
    [InlineData("io.cgmemd", "\ninterface io.cgmemd\n")]
    [InlineData("org.varlink.service", "\ninterface org.varlink.service\n")]
    public void TheInterfacesAreDescribed(string name, string line)
    {
        string reply = Ask(
            $$$"""{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"{{{name}}}"}}""");
        using JsonDocument json = JsonDocument.Parse(reply.TrimEnd('.'));
        string description = json.RootElement.GetProperty("parameters").GetProperty("description").GetString()!;
        Assert.Contains(line, description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"a.b"}}""",
        "InterfaceNotFound", """{"interface":"a.b"}""")]
    [InlineData("""{"method":"org.varlink.service.GetInterfaceDescription"}""",
        "InvalidParameter", """{"parameter":"parameters"}""")]
    [InlineData("""{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":7}}""",
        "InvalidParameter", """{"parameter":"interface"}""")]
    [InlineData("""{"method":"org.varlink.service.Fly"}""",
        "MethodNotFound", """{"method":"org.varlink.service.Fly"}""")]
    [InlineData("""{"method":"io.cgmemd.Fly"}""", "MethodNotFound", """{"method":"io.cgmemd.Fly"}""")]
    [InlineData("""{"method":"io.systemd.Fly"}""", "InterfaceNotFound", """{"interface":"io.systemd"}""")]
    [InlineData("""{"method":"Fly"}""", "InterfaceNotFound", """{"interface":""}""")]
    public void WhatIsNotThereIsNamed(string call, string error, string parameters) =>
        Assert.Equal($$$"""{"error":"org.varlink.service.{{{error}}}","parameters":{{{parameters}}}}.""", Ask(call));

    [Fact]
    public void EveryMethodAndErrorOfTheInterfaceIsInItsDescription()
    {
        string[] lines =
        [
            "method GetStatus(", "method ListUnits(", "method GetUnit(", "method ListEvents(", "method Mark(",
            "method Reload(", "error HistoryUnavailable ", "error NoSuchUnit ", "error ConfigurationError ",
            "error PermissionDenied ",
        ];
        string description = VarlinkService.DaemonDescription();
        Assert.All(lines, line => Assert.Contains("\n" + line, description, StringComparison.Ordinal));
    }

    private static string Ask(string call)
    {
        using var served = new ServedSocket();
        Socket client = served.Connect();
        served.Send(client, call + "\0");
        return served.Received(client);
    }
}
