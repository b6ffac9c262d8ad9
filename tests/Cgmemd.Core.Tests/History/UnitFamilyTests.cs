using System.Text;
using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public sealed class UnitFamilyTests
{
    [Theory]
    [InlineData("run-u1.service", "run-u4711.service")]
    [InlineData("run-p123-i456.service", "run-p9-i10.service")]
    [InlineData("run-r0a1b2c3d4e5f60718293a4b5c6d7e8f9.scope", "run-r9f8e7d6c5b4a39281706f5e4d3c2b1a0.scope")]
    [InlineData("session-1.scope", "session-c12.scope")]
    public void Names_of_one_kind_are_a_family(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Theory]
    [InlineData("api.service", "web.service")]
    [InlineData("run-u1.service", "run-u1.scope")]
    [InlineData("cafe.service", "face.service")]
    [InlineData("user@1000.service", "user-runtime-dir@1000.service")]
    [InlineData("", "1")]
    public void Other_names_are_not(string one, string other) => Assert.NotEqual(Of(one), Of(other));

    private static ulong Of(string name) => UnitFamily.Of(Encoding.UTF8.GetBytes(name));
}
