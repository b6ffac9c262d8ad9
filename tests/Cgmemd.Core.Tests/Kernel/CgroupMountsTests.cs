using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public class CgroupMountsTests
{
    [Fact]
    public void OnlyCgroup2MountsAreTaken()
    {
        var found = new List<string>();
        Assert.True(CgroupMounts.TryParse(
            """
            proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
            cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
            cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
            none /mnt/a\040b\134c cgroup2 rw 0 0

            """u8, found));
        Assert.Equal(["/sys/fs/cgroup/unified", "/mnt/a b\\c"], found);
    }

    [Fact]
    public void MalformedIsRefused() => Assert.False(CgroupMounts.TryParse("cgroup2 /sys/fs/cgroup\n"u8, []));

    [Fact]
    public void OptionsAreThoseOfCgroup2AndWholeWords()
    {
        ReadOnlySpan<byte> mounts =
            """
            cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
            cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate,memory_recursiveprot,memory_hugetlb_accounting 0 0
            malformed

            """u8;
        Assert.True(CgroupMounts.HasOption(mounts, "memory_hugetlb_accounting"u8));
        Assert.True(CgroupMounts.HasOption(mounts, "nsdelegate"u8));
        Assert.False(CgroupMounts.HasOption(mounts, "memory"u8));
        Assert.False(CgroupMounts.HasOption(""u8, "nsdelegate"u8));
    }

    [Fact]
    public void ControllersAreWholeWords()
    {
        Assert.True(CgroupMounts.HasController("cpu io memory pids\n"u8, "memory"u8));
        Assert.True(CgroupMounts.HasController("cpu pids\n"u8, "pids"u8));
        Assert.False(CgroupMounts.HasController("cpu memoryx\n"u8, "memory"u8));
        Assert.False(CgroupMounts.HasController("\n"u8, "memory"u8));
    }
}
