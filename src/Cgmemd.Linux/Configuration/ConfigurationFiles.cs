using System.Runtime.InteropServices;
using Cgmemd.Core.Configuration;

namespace Cgmemd.Linux.Configuration;

/// <summary>
/// Finds and reads the configuration's files: <c>cgmemd.toml</c> of the highest tree that has it, then
/// <c>cgmemd.toml.d/*.toml</c> and <c>rules.d/*.toml</c>, each by name over all trees. Of files of one name that of
/// the highest tree counts, so that an empty one, or a link to /dev/null, masks those below.
/// </summary>
/// <remarks>Source: UAPI.6 Configuration Files Specification,
/// https://uapi-group.org/specifications/specs/configuration_files_specification/.</remarks>
public static class ConfigurationFiles
{
    /// <summary>A larger file is no configuration, and would be held in memory whole.</summary>
    public const int MaxBytes = 1 << 20;

    private const string MainFile = "cgmemd.toml";

    // From the highest to the lowest: the operator's, the run's, the vendor's.
    private static readonly string[] Trees = ["etc/cgmemd", "run/cgmemd", "usr/lib/cgmemd"];

    /// <summary>Reads the host's configuration; what cannot be read is a diagnostic, never an exception.</summary>
    /// <param name="root">The root of the trees.</param>
    public static ConfigurationResult Load(string root = "/")
    {
        List<Diagnostic> unreadable = [];
        List<string> paths = [];
        if (Trees.Select(tree => Path.Combine(root, tree, MainFile)).FirstOrDefault(Exists) is { } main)
            paths.Add(main);
        foreach (string folder in (string[])[MainFile + ".d", "rules.d"])
            paths.AddRange(DropIns(Trees.Select(tree => Path.Combine(root, tree, folder)), unreadable));
        return Read(paths, unreadable);
    }

    /// <summary>Reads the files named, in their order, and no others.</summary>
    public static ConfigurationResult LoadFiles(IReadOnlyList<string> paths) => Read(paths, []);

    // The drop-ins that count, sorted by name: the first folder that has a name gives it.
    private static List<string> DropIns(IEnumerable<string> folders, List<Diagnostic> unreadable)
    {
        SortedDictionary<string, string> byName = new(StringComparer.Ordinal);
        foreach (string folder in folders)
        {
            try
            {
                foreach (string path in Directory.EnumerateFiles(folder, "*.toml"))
                {
                    string name = Path.GetFileName(path);
                    if (!name.StartsWith('.'))
                        byName.TryAdd(name, path);
                }
            }
            catch (DirectoryNotFoundException)
            {
                // No tree need be there.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(Unreadable(folder, e));
            }
        }

        return [.. byName.Values];
    }

    private static ConfigurationResult Read(IReadOnlyList<string> paths, List<Diagnostic> unreadable)
    {
        List<SourceFile> files = [];
        foreach (string path in paths)
        {
            try
            {
                if (ReadBounded(path) is { } bytes)
                    files.Add(new SourceFile(path, bytes));
                else
                    unreadable.Add(new Diagnostic(Whole(path), "larger than 1 MiB: no configuration file"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(Unreadable(path, e));
            }
        }

        ConfigurationResult result = ConfigurationReader.Read(files);
        return unreadable.Count == 0
            ? result
            : result with { Configuration = null, Diagnostics = [.. unreadable, .. result.Diagnostics] };
    }

    // Null where the file is too large. What has no length, such as /dev/null, is empty.
    private static byte[]? ReadBounded(string path)
    {
        using FileStream file = File.OpenRead(path);
        long length = file.CanSeek ? file.Length : 0;
        if (length > MaxBytes)
            return null;
        byte[] bytes = new byte[length];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    // A dangling link is there too: that it leads nowhere is for the reading to tell.
    private static bool Exists(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static Diagnostic Unreadable(string path, Exception e) => new(Whole(path), ErrnoText(path, e));

    private static SourcePosition Whole(string path) => new(path, 0, 0);

    // The runtime's own messages are compiled out of the shipped binaries (UseSystemResourceKeys); errno is at hand as
    // the HResult of an IOException, which an UnauthorizedAccessException wraps.
    private static string ErrnoText(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        UnauthorizedAccessException when Directory.Exists(path) => "Is a directory",
        UnauthorizedAccessException { InnerException: IOException inner } =>
            Marshal.GetPInvokeErrorMessage(inner.HResult),
        UnauthorizedAccessException => "Permission denied",
        _ => Marshal.GetPInvokeErrorMessage(e.HResult),
    };
}
