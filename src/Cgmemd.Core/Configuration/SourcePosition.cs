namespace Cgmemd.Core.Configuration;

/// <summary>A place in a file: the line and the column count from 1, the column in code points.</summary>
/// <remarks>Line 0 is the file as a whole, for what has no place in it: it could not be read, for one.</remarks>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary>As compilers write it: <c>file:line:column</c>.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
