using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Processes as they are stored, one behind the other: pid (4 bytes), a bit for each of the five that may be absent (1
/// byte), RSS, PSS, anon, file, shmem, dirty, swap PSS and age (8 each, all little-endian; 0 where absent), and the
/// command with its length in a byte before it.
/// </summary>
internal static class ProcessBlob
{
    private const int Values = 4 + 1;
    private const int Fixed = Values + (8 * 8) + 1;

    public static void Write(IReadOnlyList<ProcessSample> processes, IBufferWriter<byte> to)
    {
        for (int i = 0; i < processes.Count; i++)
        {
            ProcessSample process = processes[i];
            Span<byte> bytes = to.GetSpan(Fixed + byte.MaxValue);
            BinaryPrimitives.WriteInt32LittleEndian(bytes, process.Pid);
            bytes[4] = 0;
            Put(bytes, 0, process.Rss);
            Put(bytes, 1, process.Pss);
            PutOptional(bytes, 2, process.Anon);
            PutOptional(bytes, 3, process.File);
            PutOptional(bytes, 4, process.Shmem);
            PutOptional(bytes, 5, process.Dirty);
            PutOptional(bytes, 6, process.SwapPss);
            Put(bytes, 7, (ulong)process.AgeUs);
            Encoder utf8 = Encoding.UTF8.GetEncoder();
            utf8.Convert(process.Command, bytes.Slice(Fixed, byte.MaxValue), flush: true, out _, out int length, out _);
            bytes[Fixed - 1] = (byte)length;
            to.Advance(Fixed + length);
        }
    }

    /// <summary>The processes; those behind a place that cannot be read are left out.</summary>
    public static List<ProcessSample> Read(ReadOnlySpan<byte> bytes)
    {
        var processes = new List<ProcessSample>();
        while (bytes.Length >= Fixed && bytes.Length >= Fixed + bytes[Fixed - 1])
        {
            int length = bytes[Fixed - 1];
            processes.Add(new ProcessSample(
                BinaryPrimitives.ReadInt32LittleEndian(bytes),
                Encoding.UTF8.GetString(bytes.Slice(Fixed, length)),
                Get(bytes, 0),
                Get(bytes, 1),
                GetOptional(bytes, 2),
                GetOptional(bytes, 3),
                GetOptional(bytes, 4),
                GetOptional(bytes, 5),
                GetOptional(bytes, 6),
                (long)Get(bytes, 7)));
            bytes = bytes[(Fixed + length)..];
        }

        return processes;
    }

    private static void Put(Span<byte> bytes, int place, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[(Values + (8 * place))..], value);

    private static void PutOptional(Span<byte> bytes, int place, ulong? value)
    {
        bytes[4] |= (byte)(value is null ? 0 : 1 << (place - 2));
        Put(bytes, place, value ?? 0);
    }

    private static ulong Get(ReadOnlySpan<byte> bytes, int place) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[(Values + (8 * place))..]);

    private static ulong? GetOptional(ReadOnlySpan<byte> bytes, int place) =>
        (bytes[4] & (1 << (place - 2))) == 0 ? null : Get(bytes, place);
}
