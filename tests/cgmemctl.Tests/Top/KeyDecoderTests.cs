using System.Text;
using Cgmemd.Control.Top;
using Xunit;

namespace Cgmemd.Control.Tests.Top;

public class KeyDecoderTests
{
    public static TheoryData<string, string> Sequences => new()
    {
        { "q", "q" },
        { "ä€😀", "ä€😀" },
        { "\e[A\e[B\e[C\e[D", "<Up><Down><Right><Left>" },
        { "\eOA\eOB\eOH\eOF\eOP", "<Up><Down><Home><End><Help>" },
        { "\e[H\e[F\e[1~\e[4~\e[7~\e[8~", "<Home><End><Home><End><Home><End>" },
        { "\e[5~\e[6~\e[11~", "<PageUp><PageDown><Help>" },
        { "\e[1;5A", "<Up>" },
        { "\e[5;2~", "<PageUp>" },
        { "\r\n\b\x7f\f\x15", "<Enter><Enter><Backspace><Backspace><Redraw><Clear>" },
        { "\e[200~x\e[<0;1;2Mq", "x<Enter>q" },
        { "\e\e[A", "<Escape><Up>" },
        { "\eq", "<Escape>q" },
        { "\e[1\eq", "<Escape>q" },
        { "\e[\x01q", "q" },
        { "\0\x01\x1f", "" },
    };

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Whole(string bytes, string keys) =>
        Assert.Equal(keys, Decode(Encoding.UTF8.GetBytes(bytes), all: true));

    /// <summary>A slow line brings bytes one by one: the same keys come of them.</summary>
    [Theory]
    [MemberData(nameof(Sequences))]
    public void InPieces(string bytes, string keys)
    {
        byte[] input = Encoding.UTF8.GetBytes(bytes);
        var found = new List<Key>();
        List<byte> pending = [];
        foreach (byte next in input)
        {
            pending.Add(next);
            pending.RemoveRange(0, KeyDecoder.Decode(pending.ToArray(), isAll: false, found));
        }

        KeyDecoder.Decode(pending.ToArray(), isAll: true, found);
        Assert.Equal(keys, Text(found));
    }

    [Theory]
    [InlineData(new byte[] { 0x1b })]
    [InlineData(new byte[] { 0x1b, (byte)'[' })]
    [InlineData(new byte[] { 0x1b, (byte)'[', (byte)'1', (byte)';' })]
    [InlineData(new byte[] { 0x1b, (byte)'O' })]
    [InlineData(new byte[] { 0xe2, 0x82 })]
    public void WhatIsNotWholeWaits(byte[] bytes)
    {
        var keys = new List<Key>();
        Assert.Equal(0, KeyDecoder.Decode(bytes, isAll: false, keys));
        Assert.Empty(keys);
        Assert.Equal(bytes.Length, KeyDecoder.Decode(bytes, isAll: true, keys));
    }

    /// <summary>Whatever comes, all of it is taken in the end and nothing throws.</summary>
    [Fact]
    public void AnyBytes()
    {
        var random = new Random(4711);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 12)];
            for (int at = 0; at < bytes.Length; at++)
                bytes[at] = random.Next(3) == 0 ? "\e[O;~A\xc3"u8[random.Next(7)] : (byte)random.Next(256);
            Assert.Equal(bytes.Length, KeyDecoder.Decode(bytes, isAll: true, []));
        }
    }

    private static string Decode(byte[] bytes, bool all)
    {
        var keys = new List<Key>();
        Assert.Equal(bytes.Length, KeyDecoder.Decode(bytes, all, keys));
        return Text(keys);
    }

    private static string Text(List<Key> keys) => string.Concat(
        keys.Select(key => key.Kind == KeyKind.Character ? key.Character.ToString() : $"<{key.Kind}>"));
}
