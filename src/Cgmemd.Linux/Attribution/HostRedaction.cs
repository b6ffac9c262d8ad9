using Cgmemd.Core.Attribution;

namespace Cgmemd.Linux.Attribution;

/// <summary>
/// The redaction in force on this host, for all threads that name mappings. Its key is in a file of mode 0600, made at
/// first use. Nothing here fails: where the key can be neither read nor made, one of this process's own does, and words
/// are equal within it alone.
/// </summary>
/// <param name="stateDirectory">Where the daemon keeps its state, such as <c>/var/lib/cgmemd</c>.</param>
public sealed class HostRedaction(string stateDirectory)
{
    private volatile Redaction _current = Redaction.None;

    /// <summary>As configured last; hides nothing before.</summary>
    public Redaction Current => _current;

    /// <summary>Takes over the patterns of a configuration.</summary>
    public void Configure(IReadOnlyList<string> patterns) => _current = patterns.Count == 0
        ? Redaction.None
        : new Redaction(patterns, Key(Path.Combine(stateDirectory, "redaction.key")));

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
