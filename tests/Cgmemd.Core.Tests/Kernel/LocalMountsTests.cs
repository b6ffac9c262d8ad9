using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public sealed class LocalMountsTests
{
    private const string Root = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard";

    [Theory]
    [InlineData("/usr/lib/libc.so.6", true)]
    [InlineData("/srv/data/libx.so", false)]
    [InlineData("/srv/data", false)]
    [InlineData("/srv/database/libx.so", true)]
    [InlineData("/mnt/my share/libx.so", false)]
    [InlineData("/proc/1/exe", false)]
    [InlineData("/srv/data/local/libx.so", false)]
    [InlineData("/usr/../srv/data/libx.so", false)]
    [InlineData("/srv//data/libx.so", false)]
    public void A_way_is_over_local_file_systems(string path, bool isLocal) => Assert.Equal(isLocal, Mounts(
        Root,
        "22 27 0:21 / /proc rw,relatime - proc proc rw",
        "40 27 0:50 / /srv/data rw,relatime shared:1 master:2 - nfs4 host:/data rw,vers=4.2",
        "41 40 254:16 / /srv/data/local rw,relatime - ext4 /dev/vdb rw",
        @"42 27 0:52 / /mnt/my\040share rw,relatime - fuse.sshfs host: rw").HasWayTo(path));

    [Fact]
    public void A_root_that_is_remote_or_not_told_of_leaves_no_way()
    {
        Assert.False(Mounts("27 1 0:50 / / rw - nfs host:/root rw").HasWayTo("/lib/libc.so.6"));
        // Of a process whose root is no mount point.
        Assert.False(Mounts("30 27 0:24 / /run rw - tmpfs tmpfs rw").HasWayTo("/lib/libc.so.6"));
        Assert.False(Mounts().HasWayTo("/lib/libc.so.6"));
    }

    [Fact]
    public void A_device_is_local_or_not_or_unknown()
    {
        LocalMounts mounts = Mounts(Root, "42 27 0:52 / /mnt rw,relatime - fuse.sshfs host: rw");
        Assert.True(mounts.Has(254UL << 32));
        Assert.False(mounts.Has(52));
        Assert.Null(mounts.Has(53));
    }

    [Theory]
    [InlineData("")]
    [InlineData("27 1 254:0 / /")]
    [InlineData("27 1 254:0 / / rw,relatime - ")]
    [InlineData("27 1 254 / / rw,relatime - ext4 /dev/vda rw")]
    public void A_malformed_line_is_refused(string line) =>
        Assert.False(new LocalMounts().TryAddLine(Encoding.UTF8.GetBytes(line)));

    private static LocalMounts Mounts(params string[] lines)
    {
        var mounts = new LocalMounts();
        foreach (string line in lines)
            Assert.True(mounts.TryAddLine(Encoding.UTF8.GetBytes(line)));
        return mounts;
    }
}
