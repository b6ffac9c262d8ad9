using Cgmemd.Core.Units;

namespace Cgmemd.Core.Attribution;

/// <summary>Which parts of file names are left out of what is recorded and shown.</summary>
/// <param name="Patterns">Globs over whole paths; what matches is replaced together with what lies below it.</param>
public sealed record Redaction(IReadOnlyList<string> Patterns)
{
    /// <summary>Leaves all paths as they are.</summary>
    public static Redaction None { get; } = new([]);

    /// <summary>The path, or its first part that matches a pattern replaced by that pattern.</summary>
    public string Apply(string path)
    {
        if (Patterns.Count == 0)
            return path;
        for (int end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            ReadOnlySpan<char> part = end < 0 ? path : path.AsSpan(0, end);
            foreach (string pattern in Patterns)
            {
                if (Glob.IsMatch(pattern, part))
                    return pattern;
            }

            if (end < 0)
                return path;
        }
    }
}
