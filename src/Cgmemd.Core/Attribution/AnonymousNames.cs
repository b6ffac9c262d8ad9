using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>What the names say that runtimes and allocators give their memory.</summary>
internal static class AnonymousNames
{
    // [anon:NAME] is what prctl(PR_SET_VMA_ANON_NAME) was given, on kernels with CONFIG_ANON_VMA_NAME; glibc's and
    // Go's begin with a blank. glibc: with the tunable glibc.mem.decorate_maps, from 2.39. Go: from 1.25.

    /// <summary>The category, or the one that it had by a name we do not know.</summary>
    internal static MappingCategory Classify(in MappedRange range, ReadOnlySpan<byte> name, MappingCategory byName)
    {
        if (byName is MappingCategory.SharedMemory)
        {
            // ZGC's heap, and CoreCLR's executable memory with what belongs to it (W^X).
            return name.StartsWith("/memfd:java_heap"u8) ? MappingCategory.ManagedHeap
                : name.StartsWith("/memfd:doublemapper"u8) ? MappingCategory.Jit
                : byName;
        }

        if (byName is not MappingCategory.NamedAnonymous)
            return byName;
        if (range.IsExecutable)
            return MappingCategory.Jit;
        ReadOnlySpan<byte> given = name["[anon:"u8.Length..];
        return given.StartsWith(" glibc: pthread "u8) ? MappingCategory.Stack
            : given.StartsWith(" glibc: malloc"u8) || given.StartsWith(" glibc: loader malloc"u8)
                || given.StartsWith("jemalloc_pg"u8) || given.StartsWith("tcmalloc_region_"u8)
                ? MappingCategory.NativeHeap
            : given.SequenceEqual(" Go: heap]"u8) || given.SequenceEqual(" Go: heap reservation]"u8)
                ? MappingCategory.ManagedHeap
            : byName;
    }
}
