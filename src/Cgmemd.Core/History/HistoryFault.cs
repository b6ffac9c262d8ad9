namespace Cgmemd.Core.History;

/// <summary>What can be wrong with the history's file.</summary>
public enum HistoryFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No room on the file system.</summary>
    DiskFull,

    /// <summary>The file or its file system cannot be written, or the directory is not there.</summary>
    Unwritable,

    /// <summary>The disk failed.</summary>
    InputOutput,

    /// <summary>Somebody else holds it.</summary>
    Locked,

    /// <summary>It is no database, or not a sound one.</summary>
    Corrupt,

    /// <summary>It was deleted or replaced while it was open.</summary>
    Gone,

    /// <summary>A newer cgmemd wrote it: it is left as it is.</summary>
    Newer,

    /// <summary>Anything else.</summary>
    Unexpected,
}
