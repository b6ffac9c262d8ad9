using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;

namespace Cgmemd.Core.Tests.Captures;

public sealed class CapturePlanTests
{
    [Theory]
    [InlineData("api.service", "api.service.smaps.01234567.42.json")]
    [InlineData("/kubepods.slice/pod1", "kubepods.slice-pod1.smaps.01234567.42.json")]
    [InlineData("../../etc/passwd", @"\x2e.-..-etc-passwd.smaps.01234567.42.json")]
    [InlineData("a\nb.service", @"a\x0ab.service.smaps.01234567.42.json")]
    public void A_name_stays_in_its_directory(string unit, string expected) =>
        Assert.Equal(expected, Plan(unit).FileName);

    [Fact]
    public void A_name_fits_the_file_system() => Assert.True(Plan(new string('x', 4_000)).FileName.Length < 255);

    private static CapturePlan Plan(string unit) => new(
        unit, "/", 1, null, "0123456789abcdef0123456789abcdef", 42,
        new CaptureTrigger("r", Severity.Warning, "memory.current", ValueUnit.Bytes, 2, 1, 1), default, default, []);
}
