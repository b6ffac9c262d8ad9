using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public class CleanFileMappingsTests
{
    // Recorded on 6.18 from the daemon, shortened: text, relocated data made read-only, data, heap, vdso, an idle part.
    private static readonly byte[] Smaps = """
        557761e95000-5577621cd000 r-xp 0000c000 fe:00 11717737                   /usr/sbin/cgmemd
        Size:               3296 kB
        Rss:                3040 kB
        Anonymous:             0 kB
        VmFlags: rd ex mr mw me sd 
        557762369000-55776249d000 r--p 004e0000 fe:00 11717737                   /usr/sbin/cgmemd
        Size:               1232 kB
        Rss:                 796 kB
        Anonymous:           796 kB
        55776249f000-5577624af000 rw-p 00615000 fe:00 11717737                   /usr/sbin/cgmemd
        Size:                 64 kB
        Rss:                  64 kB
        Anonymous:             0 kB
        557798e77000-557798eb9000 rw-p 00000000 00:00 0                          [heap]
        Size:                264 kB
        Rss:                 128 kB
        Anonymous:           128 kB
        7ffd32be6000-7ffd32be8000 r-xp 00000000 00:00 0                          [vdso]
        Size:                  8 kB
        Rss:                   8 kB
        Anonymous:             0 kB
        7effe9800000-7effe9801000 r--p 00000000 fe:00 332692                     /usr/lib/x86_64-linux-gnu/libcap.so.2
        Size:                  4 kB
        Rss:                   0 kB
        Anonymous:             0 kB

        """u8.ToArray();

    [Fact]
    public void OnlyUnwrittenResidentFilesCount()
    {
        var mappings = new List<(nuint Start, nuint Size)>();
        Assert.True(CleanFileMappings.TryParse(Smaps, mappings));
        Assert.Equal([(unchecked((nuint)0x557761e95000), (nuint)(3296 << 10))], mappings);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("\n")]
    [InlineData("1000-2000 r--p 0 00:00 0 /a\nRss: many\n")]
    public void MalformedTextIsRefused(string text) =>
        Assert.False(CleanFileMappings.TryParse(System.Text.Encoding.UTF8.GetBytes(text), []));
}
