using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Configuration;

/// <summary>The diagnostics of a configuration, as they are found.</summary>
internal sealed class Problems
{
    /// <summary>Nobody reads more, and a file can hold an error in every few bytes.</summary>
    public const int MaxFound = 500;

    private readonly List<TomlDocument> _documents = [];
    private readonly List<Diagnostic> _found = [];

    /// <summary>Whether some file could not be read to its end: what seems missing may stand there.</summary>
    public bool HasSyntaxErrors { get; private set; }

    /// <summary>All that was found, by file in the order of their reading, then by place.</summary>
    public IReadOnlyList<Diagnostic> Sorted() =>
        [.. _found.OrderBy(d => FileOf(d.Position.File)).ThenBy(d => d.Position.Line).ThenBy(d => d.Position.Column)];

    public void Add(TomlDocument document)
    {
        _documents.Add(document);
        _found.AddRange(document.Errors);
        HasSyntaxErrors |= document.Errors.Count > 0;
    }

    public void Add(SourcePosition position, string message, string? suggestion = null)
    {
        if (_found.Count < MaxFound)
            _found.Add(new Diagnostic(position, message, LineAt(position), suggestion));
        else if (_found.Count == MaxFound)
            _found.Add(new Diagnostic(position, "too many errors: from here on they are not told"));
    }

    private string? LineAt(SourcePosition position) =>
        FileOf(position.File) is >= 0 and var file ? _documents[file].Excerpt(position.Line) : null;

    private int FileOf(string path) => _documents.FindIndex(d => d.Root.Position.File == path);
}
