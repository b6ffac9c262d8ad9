using System.Buffers.Binary;
using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

public class ChunkCompressorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void WhatGoesInComesOut(int length)
    {
        foreach (byte[] bytes in (byte[][])[Noise(length), new byte[length]])
        {
            byte[] blob = ChunkCompressor.Compress(bytes);
            Assert.True(ChunkCompressor.TryDecompress(blob, out byte[]? back, out string? problem), problem);
            Assert.Equal(bytes, back);
        }
    }

    [Fact]
    public void EachFlippedBitAndEachTruncationIsRefused()
    {
        byte[] blob = ChunkCompressor.Compress(Noise(200));
        for (int bit = 0; bit < blob.Length * 8; bit++)
        {
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(blob);
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < blob.Length; length++)
            AssertRefused(blob.AsSpan(0, length));
    }

    // A forger can set the checksum right; what is damaged below it is refused as well.
    [Fact]
    public void DamageUnderARightChecksumIsReadOrRefused()
    {
        byte[] good = ChunkCompressor.Compress(new byte[5000]);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] blob = [.. good];
            blob[random.Next(5, blob.Length)] = (byte)random.Next(256);
            SetChecksum(blob);
            bool isRead = ChunkCompressor.TryDecompress(blob, out byte[]? bytes, out string? problem);
            Assert.Equal(isRead, bytes is not null);
            Assert.Equal(isRead, problem is null);
        }
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(ChunkCompressor.MaxBytes)]
    [InlineData(5001)]
    [InlineData(4999)]
    public void AForgedLengthIsRefusedBeforeItIsAllocated(int length)
    {
        byte[] blob = ChunkCompressor.Compress(new byte[5000]);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(5), length);
        SetChecksum(blob);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(blob);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void AMethodToComeIsRefusedByItsNumber()
    {
        byte[] blob = ChunkCompressor.Compress([1]);
        blob[0] = 2;
        Assert.False(ChunkCompressor.TryDecompress(blob, out _, out string? problem));
        Assert.Contains("kind 2", problem);
    }

    // What version 0.1 wrote is read for ever.
    [Fact]
    public void ABlobOfTodayIsReadAsItWasWritten()
    {
        byte[] blob = Convert.FromHexString("011909D16B14000000789C4B4ECF4DCD4D514846A6004F070788");
        Assert.True(ChunkCompressor.TryDecompress(blob, out byte[]? bytes, out string? problem), problem);
        Assert.Equal("cgmemd cgmemd cgmemd"u8, bytes);
    }

    private static void SetChecksum(byte[] blob) =>
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(1), Checksum.Of(blob.AsSpan(5)));

    private static void AssertRefused(ReadOnlySpan<byte> blob)
    {
        Assert.False(ChunkCompressor.TryDecompress(blob, out byte[]? bytes, out string? problem));
        Assert.Null(bytes);
        Assert.NotEmpty(problem!);
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
