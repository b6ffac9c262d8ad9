using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Tests.Kernel;

public sealed class FileLockTests
{
    // Of a Debian 13 host: SQLite's locks in the index of a write-ahead log, then one to the end of a file.
    [Fact]
    public void A_lock_has_its_process_file_and_bytes()
    {
        Assert.True(FileLock.TryParse("2: POSIX  ADVISORY  READ 24988 00:1b:14 123 127"u8, out FileLock held));
        Assert.Equal(new FileLock(24988, false, 0, 0x1b, 14, 123, 127), held);
        Assert.True(FileLock.TryParse("3: POSIX  ADVISORY  WRITE 511 fd:00:1311 0 EOF"u8, out held));
        Assert.Equal(new FileLock(511, true, 0xfd, 0, 1311, 0, ulong.MaxValue), held);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1: FLOCK  ADVISORY  WRITE 511 00:19:902 0 EOF")]
    [InlineData("1: OFDLCK ADVISORY  READ -1 00:06:4 0 EOF")]
    [InlineData("1: -> POSIX  ADVISORY  WRITE 4711 08:01:1311 0 EOF")]
    [InlineData("1: POSIX  ADVISORY  WRITE 4711 08:01 0 EOF")]
    [InlineData("1: POSIX  ADVISORY  WRITE 4711 08:01:1311 0")]
    [InlineData("1: POSIX  ADVISORY  WRITE 4711 <none>:0 0 EOF")]
    public void What_is_none_is_refused(string line) =>
        Assert.False(FileLock.TryParse(Encoding.UTF8.GetBytes(line), out _));
}
