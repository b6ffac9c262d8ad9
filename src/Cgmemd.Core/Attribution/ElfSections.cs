using System.Buffers.Binary;

namespace Cgmemd.Core.Attribution;

/// <summary>The sections of an ELF file of 64 bits, little endian: where its table is, and a section.</summary>
/// <param name="TableOffset">Where the section headers are.</param>
/// <param name="TableSize">Their size in bytes.</param>
/// <param name="NamesIndex">The header of the section with their names.</param>
/// <remarks>Source: elf(5).</remarks>
public readonly record struct ElfSections(ulong TableOffset, int TableSize, int NamesIndex)
{
    /// <summary>How much of a file TryParse wants.</summary>
    public const int HeaderSize = 64;

    private const int EntrySize = 64;

    /// <summary>Parses the file's first bytes; false for anything but such a file with sections.</summary>
    public static bool TryParse(ReadOnlySpan<byte> header, out ElfSections sections)
    {
        sections = default;
        // EI_CLASS 2: 64 bits, EI_DATA 1: little endian.
        if (header.Length < HeaderSize || !header.StartsWith("\u007fELF\u0002\u0001"u8)
            || BinaryPrimitives.ReadUInt16LittleEndian(header[58..]) != EntrySize)
            return false;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        sections = new ElfSections(
            BinaryPrimitives.ReadUInt64LittleEndian(header[40..]), count * EntrySize,
            BinaryPrimitives.ReadUInt16LittleEndian(header[62..]));
        return count > 0 && sections.NamesIndex < count;
    }

    /// <summary>Where the section with the names is in the file; false when the table does not hold it.</summary>
    public bool TryGetNames(ReadOnlySpan<byte> table, out ElfSection names) =>
        TryGet(table, NamesIndex, out names, out _);

    /// <summary>Finds a section by its name; false when there is none.</summary>
    /// <param name="table">The section headers.</param>
    /// <param name="names">The section with their names.</param>
    /// <param name="name">Such as <c>.rodata</c>.</param>
    /// <param name="section">Where it is in the file.</param>
    public static bool TryFind(
        ReadOnlySpan<byte> table, ReadOnlySpan<byte> names, ReadOnlySpan<byte> name, out ElfSection section)
    {
        for (int i = 0; TryGet(table, i, out section, out uint at); i++)
        {
            if (at >= names.Length)
                continue;
            ReadOnlySpan<byte> found = names[(int)at..];
            if (found.Length > name.Length && found.StartsWith(name) && found[name.Length] == 0)
                return true;
        }

        return false;
    }

    private static bool TryGet(ReadOnlySpan<byte> table, int index, out ElfSection section, out uint name)
    {
        (section, name) = (default, 0);
        if (index >= table.Length / EntrySize)
            return false;
        ReadOnlySpan<byte> entry = table.Slice(index * EntrySize, EntrySize);
        name = BinaryPrimitives.ReadUInt32LittleEndian(entry);
        section = new ElfSection(
            BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]), BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]));
        return true;
    }
}

/// <summary>A part of a file: offset and size in bytes, as the file states them.</summary>
public readonly record struct ElfSection(ulong Offset, ulong Size);
