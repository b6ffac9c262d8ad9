using Cgmemd.Core.Attribution;

namespace Cgmemd.Linux.Procfs;

/// <summary>The sections of a program or library, read with bounds whatever the file says of itself.</summary>
internal sealed class ElfFile
{
    private const int MaximumTable = 256 * 64;
    private const int MaximumNames = 64 << 10;

    private readonly TargetFile _file;
    private readonly byte[] _table;
    private readonly byte[] _names;

    private ElfFile(TargetFile file, byte[] table, byte[] names) => (_file, _table, _names) = (file, table, names);

    /// <summary>Reads the section headers; null for what is no ELF file of 64 bits with sections.</summary>
    internal static ElfFile? TryRead(TargetFile file)
    {
        Span<byte> header = stackalloc byte[ElfSections.HeaderSize];
        if (!ElfSections.TryParse(file.Read(0, header), out ElfSections sections) || sections.TableSize > MaximumTable)
            return null;
        byte[] table = new byte[sections.TableSize];
        if (file.Read(sections.TableOffset, table).Length < table.Length
            || !sections.TryGetNames(table, out ElfSection place) || place.Size > MaximumNames)
            return null;
        byte[] names = new byte[place.Size];
        return file.Read(place.Offset, names).Length == names.Length ? new ElfFile(file, table, names) : null;
    }

    /// <summary>Whether there is such a section.</summary>
    internal bool Has(ReadOnlySpan<byte> name) => ElfSections.TryFind(_table, _names, name, out _);

    /// <summary>The content of a section, or its first part; empty where there is none.</summary>
    internal ReadOnlySpan<byte> Read(ReadOnlySpan<byte> name, int maximum)
    {
        if (!ElfSections.TryFind(_table, _names, name, out ElfSection section))
            return default;
        return _file.Read(section.Offset, new byte[(int)Math.Min(section.Size, (ulong)maximum)]);
    }
}
