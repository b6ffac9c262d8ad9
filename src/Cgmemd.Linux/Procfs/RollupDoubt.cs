namespace Cgmemd.Linux.Procfs;

/// <summary>Why there is no PSS of a process although it could be read.</summary>
public enum RollupDoubt : byte
{
    None,

    /// <summary>The process is larger than the reading may cost: it was not read.</summary>
    TooLarge,

    /// <summary>What was read is far below what the process has, twice: the kernel skipped mappings.</summary>
    Undercounted,
}
