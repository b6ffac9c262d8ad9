namespace Cgmemd.Core.Kernel;

/// <summary>What a mapping of a process is for, as far as its line in /proc/PID/smaps tells.</summary>
public enum MappingCategory : byte
{
    /// <summary><c>[heap]</c>: what brk gave.</summary>
    Heap,

    /// <summary><c>[stack]</c>: the main thread's; other threads' stacks are anonymous.</summary>
    Stack,

    /// <summary>Private memory without a name.</summary>
    Anonymous,

    /// <summary><c>[anon:NAME]</c>, <c>[anon_shmem:NAME]</c>: memory named by PR_SET_VMA_ANON_NAME.</summary>
    NamedAnonymous,

    /// <summary>A file of which some neighbouring part is mapped executable: programs and shared libraries.</summary>
    Code,

    /// <summary>Any other file.</summary>
    MappedFile,

    /// <summary>Shared memory: memfd, /dev/shm, System V, shared anonymous.</summary>
    SharedMemory,

    /// <summary>The kernel's own: vdso, vvar and their like.</summary>
    Other,
}

/// <summary>The categories' places in an array, and their names.</summary>
public static class MappingCategories
{
    private static readonly string[] Names =
        ["heap", "stack", "anonymous", "named_anonymous", "code", "mapped_file", "shared_memory", "other"];

    public static int Count => Names.Length;

    /// <summary>The name as JSON shows it.</summary>
    public static string Name(MappingCategory category) => Names[(int)category];
}
