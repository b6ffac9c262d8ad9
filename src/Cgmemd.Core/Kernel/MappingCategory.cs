namespace Cgmemd.Core.Kernel;

/// <summary>What a mapping of a process is for, as far as smaps and the runtime tell.</summary>
public enum MappingCategory : byte
{
    /// <summary>Where a runtime keeps the objects of its programs.</summary>
    ManagedHeap,

    /// <summary>malloc's: <c>[heap]</c>, arenas, large single allocations.</summary>
    NativeHeap,

    /// <summary>The main thread's and, where they can be told, the others'.</summary>
    Stack,

    /// <summary>Code made at run time, and anonymous memory that is executable.</summary>
    Jit,

    /// <summary>A file of which some neighbouring part is mapped executable: programs and shared libraries.</summary>
    SharedLibrary,

    /// <summary>Any other file.</summary>
    MappedFile,

    /// <summary>Shared memory: memfd, tmpfs, /dev/shm, System V, shared anonymous.</summary>
    SharedMemory,

    /// <summary><c>[anon:NAME]</c> of a name that no other category claims (PR_SET_VMA_ANON_NAME).</summary>
    NamedAnonymous,

    /// <summary>Private memory without a name of which no more is known.</summary>
    Anonymous,

    /// <summary>The kernel's own: vdso, vvar and their like.</summary>
    Other,
}

/// <summary>The categories' places in an array, and their names.</summary>
public static class MappingCategories
{
    private static readonly string[] Names =
    [
        "managed_heap", "native_heap", "stack", "jit", "shared_library", "mapped_file", "shared_memory",
        "named_anonymous", "anonymous", "other",
    ];

    public static int Count => Names.Length;

    /// <summary>The name as JSON shows it.</summary>
    public static string Name(MappingCategory category) => Names[(int)category];

    /// <summary>The category of a name, or null when none has it.</summary>
    public static MappingCategory? Parse(string name) =>
        Array.IndexOf(Names, name) is var index and >= 0 ? (MappingCategory)index : null;
}
