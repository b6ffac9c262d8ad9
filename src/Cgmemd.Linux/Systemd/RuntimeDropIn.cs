using System.Text;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// What systemd keeps of a MemoryHigh= that is set at run time: a drop-in, which would go on to override the unit's
/// own file although the value has been set back. That of a transient unit is elsewhere, and ends with it.
/// </summary>
/// <remarks>Source: systemctl(1), set-property; unit_write_setting() in systemd's src/core/unit.c.</remarks>
/// <param name="directory">/run/systemd/system.control</param>
/// <param name="transientDirectory">/run/systemd/transient</param>
public sealed class RuntimeDropIn(string directory, string transientDirectory)
{
    private const string Key = "MemoryHigh=";
    private const string Nothing = "# cgmemd had set memory.high here, and has set it back.\n";

    /// <summary>Below a root.</summary>
    public RuntimeDropIn(string root)
        : this(Path.Combine(root, "run/systemd/system.control"), Path.Combine(root, "run/systemd/transient"))
    {
    }

    /// <summary>Null where what systemd writes can be taken out again, or why it cannot be.</summary>
    public string? WhyNotWritable()
    {
        using FileDescriptor opened = LibC.openat(
            LibC.AT_FDCWD, Encoding.UTF8.GetBytes(directory + '\0'), LibC.O_PATH | LibC.O_CLOEXEC);
        bool isWritable = !opened.IsInvalid && LibC.faccessat(opened, "."u8, LibC.W_OK, 0) == 0;
        return isWritable ? null : $"{directory} cannot be written: {Errnos.Text(Errnos.Last)}";
    }

    /// <summary>Whether there is one: the administrator's, before the first one of ours.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public bool Exists(string unit) => Value(PathOf(directory, unit)) is not null;

    /// <summary>Whether one says this value.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public bool Says(string unit, ulong bytes)
    {
        string text = ByteLimit.Of(bytes).ToString();
        return Value(PathOf(directory, unit)) == text || Value(PathOf(transientDirectory, unit)) == text;
    }

    /// <summary>
    /// Takes the setting out. The file stays, and its time: systemd has read it, and would warn of one that is gone or
    /// newer until it is reloaded.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Clear(string unit)
    {
        string path = PathOf(directory, unit);
        if (Value(path) is null)
            return;
        DateTime written = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, Nothing);
        File.SetLastWriteTimeUtc(path, written);
    }

    /// <summary>Removes it, of a unit that systemd does not know any more.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be removed.</exception>
    public void Remove(string unit)
    {
        string path = PathOf(directory, unit), parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
            return;
        File.Delete(path);
        if (!Directory.EnumerateFileSystemEntries(parent).Any())
            Directory.Delete(parent);
    }

    private static string PathOf(string directory, string unit) =>
        Path.Combine(directory, unit + ".d", "50-MemoryHigh.conf");

    private static string? Value(string path)
    {
        if (!File.Exists(path))
            return null;
        string? line = Array.FindLast(
            File.ReadAllLines(path), line => line.StartsWith(Key, StringComparison.Ordinal));
        return line?[Key.Length..];
    }
}
