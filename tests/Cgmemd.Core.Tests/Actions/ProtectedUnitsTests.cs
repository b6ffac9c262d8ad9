using Cgmemd.Core.Actions;

namespace Cgmemd.Core.Tests.Actions;

public sealed class ProtectedUnitsTests
{
    [Theory]
    [InlineData("init.scope")]
    [InlineData("-.slice")]
    [InlineData("system.slice")]
    [InlineData("systemd-journald.service")]
    [InlineData("systemd-journald.socket")]
    [InlineData("systemd-journald@tenant.service")]
    [InlineData("dbus.service")]
    [InlineData("dbus.socket")]
    [InlineData("dbus-broker.service")]
    [InlineData("cgmemd.service")]
    [InlineData("cgmemd-action-r-1.service")]
    [InlineData("/plain")]
    [InlineData("api.service/child")]
    public void These_are_left_alone(string unit) =>
        Assert.Contains(unit, ProtectedUnits.Refusal(unit), StringComparison.Ordinal);

    [Theory]
    [InlineData("api.service")]
    [InlineData("init.service")]
    [InlineData("dbus-tool.service")]
    [InlineData("worker@1.service")]
    [InlineData("session-1.scope")]
    [InlineData("systemd-resolved.service")]
    public void These_are_not(string unit) => Assert.Null(ProtectedUnits.Refusal(unit));
}
