namespace Cgmemd.Core.Attribution;

/// <summary>
/// The charged pages of files, told apart by whether they are shmem and whether anybody maps them. The kernel says how
/// much is shmem and how much is mapped, but not both at once, so one of the four is an estimate, within bounds.
/// </summary>
/// <param name="PageCache">Without shmem.</param>
/// <param name="Shmem">Of tmpfs, memfd and the like.</param>
/// <param name="MappedCache">Of the page cache, what is mapped by anybody.</param>
/// <param name="MappedShmem">Of shmem, what is mapped by anybody.</param>
/// <param name="OffBy">By how much the last two may be wrong, the one too large and the other too small.</param>
internal readonly record struct FileSplit(
    long PageCache, long Shmem, long MappedCache, long MappedShmem, ulong OffBy)
{
    internal static FileSplit? Of(ChargedMemory memory, MappedMemory mapped)
    {
        if (memory["file"] is not { } file || memory["shmem"] is not { } shmem
            || memory["file_mapped"] is not { } fileMapped)
            return null;
        long cache = file - shmem;
        long least = Math.Max(0, fileMapped - cache);
        long most = Math.Max(least, Math.Min(shmem, fileMapped));
        // The processes here map at least so much shmem, and rarely that of others.
        long seen = (long)Math.Max(mapped.PssShmem, mapped.GreatestRssShmem);
        long mappedShmem = Math.Clamp(seen, least, most);
        ulong offBy = (ulong)Math.Max(mappedShmem - least, most - mappedShmem);
        return new FileSplit(cache, shmem, fileMapped - mappedShmem, mappedShmem, offBy);
    }
}
