using System.Buffers.Binary;

namespace Cgmemd.Control.Export;

/// <summary>
/// Columns of numbers that come row by row and are wanted column by column: kept in one temporary file that has no
/// name, in a few bytes each, for they differ little from the one before. In memory is a block of each column, and
/// where in the file its blocks are.
/// </summary>
internal sealed class PointSpool : IDisposable
{
    private const int BlockBytes = 32 * 1024;

    // What stands before a number: none is there, the one before again, or a number follows.
    private const byte Absent = 0, Same = 1, Differs = 2;
    private const int LongestNumber = 11;

    private readonly FileStream _file;
    private readonly Column[] _columns;

    /// <exception cref="IOException">No temporary file can be made.</exception>
    internal PointSpool(int columns)
    {
        // Not /tmp, which is memory on many hosts; as sqlite and sort -T have it.
        string folder = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } wanted ? wanted : "/var/tmp";
        string path = Path.Combine(folder, $"cgmemctl-{Guid.NewGuid():N}");
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        _columns = new Column[columns];
        for (int i = 0; i < columns; i++)
            _columns[i] = new Column();
    }

    /// <summary>Adds the next number of a column; null where it is absent.</summary>
    internal void Add(int column, ulong? number)
    {
        Column to = _columns[column];
        if (to.Length > BlockBytes - LongestNumber)
            Flush(to);
        if (number is not { } value)
        {
            to.Block[to.Length++] = Absent;
        }
        else if (value == to.Last)
        {
            to.Block[to.Length++] = Same;
        }
        else
        {
            to.Block[to.Length++] = Differs;
            // As signed, so that what falls by a little is small too.
            ulong difference = value - to.Last;
            ulong left = (difference << 1) ^ (ulong)((long)difference >> 63);
            for (; left >= 0x80; left >>= 7)
                to.Block[to.Length++] = (byte)(left | 0x80);
            to.Block[to.Length++] = (byte)left;
            to.Last = value;
        }
    }

    /// <summary>The numbers of a column, as they were added; nothing may be added after that.</summary>
    internal IEnumerable<ulong?> Read(int column)
    {
        Column from = _columns[column];
        var block = new byte[BlockBytes];
        ulong last = 0;
        for (int i = 0; i <= from.Blocks.Count; i++)
        {
            int length = from.Length;
            if (i < from.Blocks.Count)
                length = Load(from.Blocks[i], block);
            else
                from.Block.AsSpan(0, length).CopyTo(block);
            for (int at = 0; at < length;)
            {
                byte kind = block[at++];
                if (kind == Differs)
                    last += TakeDifference(block, ref at);
                yield return kind == Absent ? null : last;
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static ulong TakeDifference(byte[] block, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = block[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return (value >> 1) ^ (0 - (value & 1));
        }
    }

    private int Load(long offset, byte[] block)
    {
        Span<byte> head = stackalloc byte[sizeof(int)];
        _file.Position = offset;
        _file.ReadExactly(head);
        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        _file.ReadExactly(block, 0, length);
        return length;
    }

    private void Flush(Column column)
    {
        Span<byte> head = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, column.Length);
        column.Blocks.Add(_file.Position);
        _file.Write(head);
        _file.Write(column.Block, 0, column.Length);
        column.Length = 0;
    }

    private sealed class Column
    {
        internal byte[] Block { get; } = new byte[BlockBytes];

        internal List<long> Blocks { get; } = [];

        internal int Length { get; set; }

        internal ulong Last { get; set; }
    }
}
