using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Linux.Sqlite;

/// <summary>A breakdown as it is stored: its JSON, compressed as chunks are, of bounded size.</summary>
internal static class BreakdownBlob
{
    /// <summary>So much of it is kept at most, compressed.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>The blob; null where even the least of it is too large.</summary>
    public static byte[]? Write(Breakdown breakdown)
    {
        byte[]? blob = null;
        Breakdown? kept = BreakdownCut.ToFit(breakdown, part =>
        {
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(part, BreakdownJson.Default.Breakdown);
            blob = json.Length <= ChunkCompressor.MaxBytes ? ChunkCompressor.Compress(json) : null;
            return blob?.Length <= MaxBytes;
        });
        return kept is null ? null : blob;
    }

    public static bool TryRead(
        ReadOnlySpan<byte> blob,
        [NotNullWhen(true)] out Breakdown? breakdown,
        [NotNullWhen(false)] out string? problem)
    {
        breakdown = null;
        if (!ChunkCompressor.TryDecompress(blob, out byte[]? json, out problem))
            return false;
        try
        {
            breakdown = JsonSerializer.Deserialize(json, BreakdownJson.Default.Breakdown);
            problem = breakdown is null ? "it holds nothing" : null;
        }
        catch (JsonException e)
        {
            problem = e.Message;
        }

        return breakdown is not null;
    }
}
