using System.Buffers;
using Cgmemd.Core.History;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.History;

public sealed class ChunkCodecTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void AnyBlockComesBackAsItWas() =>
        Prop.ForAll(Blocks.Any.ToArbitrary(), block => Blocks.AreSame(block, Decode(Encode(block)))).Check(Many);

    internal static byte[] Encode(SampleBlock block)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ChunkCodec.Encode(block, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    internal static SampleBlock Decode(byte[] bytes, Predicate<ColumnId>? wanted = null)
    {
        Assert.True(ChunkCodec.TryDecode(bytes, wanted, out SampleBlock? block, out string? problem), problem);
        return block!;
    }
}
