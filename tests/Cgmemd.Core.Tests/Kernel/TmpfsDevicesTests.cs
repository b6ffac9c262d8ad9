using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public class TmpfsDevicesTests
{
    [Fact]
    public void EachTmpfsIsFoundByItsDevice()
    {
        string text = """
            25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            26 25 0:24 / /run rw,nosuid,nodev,noexec shared:5 master:2 - tmpfs tmpfs rw,size=2465120k,mode=755
            27 25 0:26 / /a\040b rw - tmpfs - - rw
            28 25 0:27 /x /tmpfs rw - proc tmpfs rw

            """;
        HashSet<ulong> devices = [];
        Assert.True(TmpfsDevices.TryParse(Encoding.UTF8.GetBytes(text), devices));
        Assert.Equal([24ul, 26ul], devices.Order());
    }

    [Theory]
    [InlineData("x\n")]
    [InlineData("26 25 0:24 / /run rw shared:5 tmpfs tmpfs rw\n")]
    [InlineData("26 25 0 / /run rw - tmpfs tmpfs rw\n")]
    [InlineData("26 25 0:24 / /run rw -\n")]
    public void MalformedLinesAreRefused(string text) =>
        Assert.False(TmpfsDevices.TryParse(Encoding.UTF8.GetBytes(text), []));
}
