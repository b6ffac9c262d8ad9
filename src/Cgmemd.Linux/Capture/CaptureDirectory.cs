using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;

namespace Cgmemd.Linux.Capture;

/// <summary>
/// The directory of captures: 0700, each file 0600 and there as a whole or not at all. Used by the loop and the
/// capture's thread; every method stands alone.
/// </summary>
/// <param name="path">Such as <c>/var/lib/cgmemd/captures</c>.</param>
public sealed class CaptureDirectory(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string PartialSuffix = ".partial";

    /// <summary>Makes the directory, and removes what a capture that died has left half written.</summary>
    /// <returns>Null, or why captures will fail: a disk that is full or read-only ends no watch.</returns>
    public string? Prepare()
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            foreach (string partial in Directory.EnumerateFiles(path, "*" + PartialSuffix))
                File.Delete(partial);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>The captures there are; none where the directory cannot be read.</summary>
    public List<CaptureFile> List()
    {
        try
        {
            return [.. new DirectoryInfo(path).EnumerateFiles("*.json").Select(file => new CaptureFile(
                file.Name,
                (ulong)file.Length,
                (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Bytes free for root on the file system; null where it cannot be asked.</summary>
    public ulong? FreeBytes()
    {
        try
        {
            return (ulong)new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes a capture: to a partial file first, onto the disk, then under its name. A name that exists is never
    /// written over.
    /// </summary>
    /// <returns>The path and the size in bytes.</returns>
    /// <exception cref="IOException">Disk full, a name that exists, and the like; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public (string Path, ulong Bytes) Write(string name, Action<Stream> write)
    {
        string final = Path.Combine(path, name);
        string partial = final + PartialSuffix;
        try
        {
            long bytes;
            using (var stream = new FileStream(partial, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                bytes = stream.Length;
            }

            File.Move(partial, final, overwrite: false);
            return (final, (ulong)bytes);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Removes the oldest captures until the limits hold; how many went.</summary>
    public int Prune(CaptureOptions options)
    {
        IReadOnlyList<CaptureFile> excess = CaptureRetention.Excess(List(), options);
        foreach (CaptureFile file in excess)
        {
            try
            {
                File.Delete(Path.Combine(path, file.Name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It counts again at the next capture.
            }
        }

        return excess.Count;
    }
}
