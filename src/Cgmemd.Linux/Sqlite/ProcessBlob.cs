using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Processes as they are stored, one behind the other: pid (4 bytes), RSS and PSS (8 each, all little-endian), and the
/// command with its length in a byte before it.
/// </summary>
internal static class ProcessBlob
{
    private const int Fixed = 4 + 8 + 8 + 1;

    public static void Write(IReadOnlyList<ProcessSample> processes, IBufferWriter<byte> to)
    {
        for (int i = 0; i < processes.Count; i++)
        {
            ProcessSample process = processes[i];
            Span<byte> bytes = to.GetSpan(Fixed + byte.MaxValue);
            BinaryPrimitives.WriteInt32LittleEndian(bytes, process.Pid);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[4..], process.Rss);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[12..], process.Pss);
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
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..])));
            bytes = bytes[(Fixed + length)..];
        }

        return processes;
    }
}
