using Cgmemd.Core.Attribution;

namespace Cgmemd.Linux.Attribution;

/// <summary>The redaction of this host: its key is in a file of mode 0600, made at first use.</summary>
public static class HostRedaction
{
    private const string FileName = "redaction.key";

    /// <summary>
    /// The redaction by some patterns. Never fails: where the key can be neither read nor made, one of this process's
    /// own does, and words are equal within it alone.
    /// </summary>
    /// <param name="patterns">As the configuration has them.</param>
    /// <param name="stateDirectory">Where the daemon keeps its state, such as <c>/var/lib/cgmemd</c>.</param>
    public static Redaction Of(IReadOnlyList<string> patterns, string stateDirectory) =>
        patterns.Count == 0 ? Redaction.None : new Redaction(patterns, Key(Path.Combine(stateDirectory, FileName)));

    private static byte[] Key(string path)
    {
        byte[] random = RandomBytes();
        try
        {
            return TryRead(path) ?? Make(path, random);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return random;
        }
    }

    private static byte[]? TryRead(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != Redaction.KeyBytes)
            return null;
        return File.ReadAllBytes(path);
    }

    // Under another name first, so that nobody reads half of it; of two that make one, the first counts.
    private static byte[] Make(string path, byte[] random)
    {
        string partial = $"{path}.{Environment.ProcessId}";
        using (var stream = new FileStream(partial, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(random);
        }

        try
        {
            File.Move(partial, path, overwrite: false);
            return random;
        }
        catch (IOException)
        {
            File.Delete(partial);
            return TryRead(path) ?? random;
        }
    }

    private static byte[] RandomBytes()
    {
        byte[] random = new byte[Redaction.KeyBytes];
        using FileStream source = File.OpenRead("/dev/urandom");
        source.ReadExactly(random);
        return random;
    }
}
