using System.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// What systemd keeps of a MemoryHigh= that is set at run time: a drop-in, which would go on to override the unit's
/// own file although the value has been set back. That of a transient unit is elsewhere, and ends with it.
/// </summary>
/// <remarks>Source: systemctl(1), set-property; unit_write_setting() in systemd's src/core/unit.c.</remarks>
/// <param name="directory">/run/systemd/system.control</param>
public sealed class RuntimeDropIn(string directory)
{
    /// <summary>Where systemd keeps what is set until the next boot.</summary>
    public const string Directory = "run/systemd/system.control";

    /// <summary>What stands in the file afterwards.</summary>
    internal const string Nothing = "# cgmemd had set MemoryHigh= here, and has set it back.\n";

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
    public bool Exists(string unit) => File.Exists(PathOf(unit))
        && Array.Exists(
            File.ReadAllLines(PathOf(unit)), line => line.StartsWith("MemoryHigh=", StringComparison.Ordinal));

    /// <summary>
    /// Takes the setting out. The file stays, and its time: systemd has read it, and would warn of one that is gone or
    /// newer until it is reloaded.
    /// </summary>
    /// <returns>Null, or why it could not be.</returns>
    public string? Clear(string unit)
    {
        string path = PathOf(unit);
        try
        {
            if (!Exists(unit))
                return null;
            DateTime written = File.GetLastWriteTimeUtc(path);
            File.WriteAllText(path, Nothing);
            File.SetLastWriteTimeUtc(path, written);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {e.Message}";
        }
    }

    private string PathOf(string unit) => Path.Combine(directory, unit + ".d", "50-MemoryHigh.conf");
}
