namespace Cgmemd.Core.Attribution;

/// <summary>
/// How large the pieces are that Python and Ruby ask of the kernel for their objects: mappings made of whole ones alone
/// are theirs, those that have grown together with others cannot be told.
/// </summary>
internal static class LanguagePages
{
    /// <summary>Objects/obmalloc.c, ARENA_BITS: 1 MiB from 3.10, 256 KiB before; bytes.</summary>
    internal static ulong PythonArena(string? version) => IsBefore(version, 3, 10) ? 256ul << 10 : 1ul << 20;

    /// <summary>gc.c, HEAP_PAGE_ALIGN_LOG: 64 KiB from 3.2, 16 KiB before, each aligned to its size; bytes.</summary>
    internal static ulong RubyHeapPage(string? version) => IsBefore(version, 3, 2) ? 16ul << 10 : 64ul << 10;

    // False for a version that is unknown.
    private static bool IsBefore(string? version, int major, int minor)
    {
        if (version is null)
            return false;
        int dot = version.IndexOf('.');
        if (dot < 0 || !int.TryParse(version.AsSpan(0, dot), out int first))
            return false;
        ReadOnlySpan<char> rest = version.AsSpan(dot + 1);
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? rest : rest[..end], out int second)
            && (first < major || (first == major && second < minor));
    }
}
