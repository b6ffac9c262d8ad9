using System.Text.Json;
using Cgmemd.Core.State;

namespace Cgmemd.Linux.State;

/// <summary>
/// The state file, replaced as a whole: a reader finds the old one or the new one. It is not synced to the disk, as it
/// has to survive the daemon's end, not the host's; ext4 and xfs order the rename behind the data.
/// </summary>
public sealed class StateFile(string path)
{
    /// <summary>Larger than this it is taken for corrupt.</summary>
    private const long MaxBytes = 64 << 20;

    /// <summary>The file's size in bytes as last written; null before.</summary>
    public ulong? Bytes { get; private set; }

    /// <summary>
    /// Reads the state; null where there is none. A file that cannot be understood is moved aside, with its name in
    /// <paramref name="problem"/>, and never stops the daemon.
    /// </summary>
    public DaemonState? Load(DateTimeOffset now, out string? problem)
    {
        problem = null;
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return null;
            if (file.Length > MaxBytes)
                throw new JsonException($"{file.Length} bytes are more than a state can have");
            DaemonState? state = JsonSerializer.Deserialize(File.ReadAllBytes(path), StateJson.Default.DaemonState);
            return state is { Version: DaemonState.CurrentVersion }
                ? state
                : throw new JsonException($"version {state?.Version} is not {DaemonState.CurrentVersion}");
        }
        catch (JsonException e)
        {
            problem = $"{path}: {e.Message}; {MoveAside(now)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: {e.Message}";
        }

        return null;
    }

    /// <summary>Replaces the file; null, or why it could not be.</summary>
    public string? Save(DaemonState state)
    {
        string partial = path + ".partial";
        try
        {
            byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.DaemonState);
            using (var stream = new FileStream(partial, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                stream.Write(bytes);
            }

            File.Move(partial, path, overwrite: true);
            Bytes = (ulong)bytes.Length;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {e.Message}";
        }
    }

    private string MoveAside(DateTimeOffset now)
    {
        string aside = $"{path}.corrupt-{now:yyyyMMdd'T'HHmmss}";
        try
        {
            File.Move(path, aside, overwrite: true);
            return $"moved to {aside}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be moved aside: {e.Message}";
        }
    }
}
