using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>A TOML file as read.</summary>
/// <param name="Root">The table of the whole file: with errors, of what could be read.</param>
/// <param name="Errors">Every error, in the order of the file; at most one a line.</param>
/// <param name="Text">The decoded text.</param>
public sealed record TomlDocument(TomlTable Root, IReadOnlyList<Diagnostic> Errors, string Text)
{
    /// <summary>A line for a message: null too where it is too long to be shown.</summary>
    public string? Excerpt(int number) => Line(number) is { Length: <= 400 } line ? line : null;

    /// <summary>A line of the file without its end, counted from 1; null where the file has no such line.</summary>
    public string? Line(int number)
    {
        foreach (Range range in Text.AsSpan().Split('\n'))
        {
            if (--number == 0)
                return Text[range].TrimEnd('\r');
        }

        return null;
    }
}
