using System.CommandLine;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Memory;

/// <summary>What processes are ordered by: sizes downward, the others upward.</summary>
internal enum ProcessKey
{
    Pss,
    Anon,
    File,
    Shmem,
    Swap,
    Dirty,
    Rss,
    Age,
    Pid,
    Command,
}

/// <summary>The order of processes in a list.</summary>
internal static class ProcessOrder
{
    internal static Option<ProcessKey> CreateOption() => new Option<ProcessKey>("--sort")
    {
        Description = "Order by pss (the default), anon, file, shmem, swap, dirty, rss, age, pid or command",
        HelpName = "KEY",
    }.OfWords();

    /// <summary>Compares two; what was never read comes last, and ties go by pid, so that two runs agree.</summary>
    internal static int Compare(ProcessMemory a, ProcessMemory b, ProcessKey key)
    {
        int order = key switch
        {
            ProcessKey.Pid => 0,
            ProcessKey.Command => string.CompareOrdinal(a.Comm, b.Comm),
            ProcessKey.Age => (a.AgeUsec ?? long.MaxValue).CompareTo(b.AgeUsec ?? long.MaxValue),
            _ => Downward(Size(a, key), Size(b, key)),
        };
        return order != 0 ? order : a.Pid.CompareTo(b.Pid);
    }

    private static int Downward(ulong? a, ulong? b) =>
        a is null || b is null ? (a is null).CompareTo(b is null) : b.Value.CompareTo(a.Value);

    private static ulong? Size(ProcessMemory process, ProcessKey key) => key switch
    {
        ProcessKey.Anon => process.PssAnon,
        ProcessKey.File => process.PssFile,
        ProcessKey.Shmem => process.PssShmem,
        ProcessKey.Swap => process.SwapPss,
        ProcessKey.Dirty => process.PssDirty,
        ProcessKey.Rss => process.Rss,
        _ => process.Pss,
    };
}
