using Cgmemd.Core.State;

namespace Cgmemd.Linux.State;

/// <summary>
/// The file that names the units whose memory.high is held. It is there before a limit is, and goes when the last has
/// been set back.
/// </summary>
public sealed class HeldLimitsFile(string path, string bootId)
{
    /// <summary>What a daemon of this boot has left; nothing where there is no file.</summary>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is there and cannot be read.</exception>
    public List<HeldLimit> Load() => File.Exists(path) ? HeldLimits.Parse(File.ReadAllText(path), bootId) : [];

    /// <summary>Replaces the file as a whole; null, or why it could not be.</summary>
    public string? Save(IReadOnlyList<HeldLimit> limits)
    {
        try
        {
            if (limits.Count == 0)
            {
                File.Delete(path);
                return null;
            }

            File.WriteAllText(path + ".partial", HeldLimits.Format(bootId, limits));
            File.Move(path + ".partial", path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {e.Message}";
        }
    }
}
