namespace Cgmemd.Linux.Sqlite;

/// <summary>Why a history file cannot be used.</summary>
public enum HistoryProblem
{
    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>The caller may not read it, or what it needs beside it.</summary>
    Denied,

    /// <summary>It is not a history, though it may be a sound file of another kind.</summary>
    NotHistory,

    /// <summary>A newer cgmemd made it, in a form this one must not write.</summary>
    Newer,

    /// <summary>It is damaged.</summary>
    Corrupt,

    /// <summary>The reading failed otherwise.</summary>
    Failed,
}

/// <summary>A history file cannot be used; the message has its path and the reason.</summary>
public sealed class HistoryException : IOException
{
    public HistoryException(HistoryProblem problem, string path, string reason, Exception? inner = null)
        : base($"{path}: {reason}", inner) => Problem = problem;

    internal HistoryException(HistoryProblem problem, SqliteException inner)
        : base(inner.Message, inner) => Problem = problem;

    public HistoryProblem Problem { get; }
}
