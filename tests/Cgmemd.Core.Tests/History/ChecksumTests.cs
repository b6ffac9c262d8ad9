using Cgmemd.Core.History;

namespace Cgmemd.Core.Tests.History;

public sealed class ChecksumTests
{
    // RFC 3720, B.4, and the check value every catalogue of CRCs has for "123456789".
    [Theory]
    [InlineData("313233343536373839", 0xE3069283)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AA)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43)]
    [InlineData("", 0)]
    public void ItIsCrc32C(string hex, uint checksum) =>
        Assert.Equal(checksum, Checksum.Of(Convert.FromHexString(hex)));

    [Fact]
    public void EachFlippedBitIsFound()
    {
        byte[] bytes = [.. Enumerable.Range(0, 37).Select(i => (byte)(i * 7))];
        uint right = Checksum.Of(bytes);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(right, Checksum.Of(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
