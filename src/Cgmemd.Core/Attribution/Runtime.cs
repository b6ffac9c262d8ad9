namespace Cgmemd.Core.Attribution;

/// <summary>What a process runs in, as far as it shows from outside.</summary>
public enum RuntimeKind : byte
{
    /// <summary>No managed runtime was recognised: C, C++, Rust and the like.</summary>
    Native,
    DotNet,
    Jvm,

    /// <summary>Node.js, on V8.</summary>
    Node,
    Bun,
    Go,
    Python,
    Ruby,
}

/// <summary>Which malloc a process uses, as far as it shows from outside.</summary>
public enum AllocatorKind : byte
{
    /// <summary>Linked statically, or none.</summary>
    Unknown,
    Glibc,
    Musl,
    Jemalloc,
    Tcmalloc,
    Mimalloc,
}

/// <summary>The runtime of a process.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Version">Such as <c>10.0.1</c>; null where it could not be read.</param>
/// <param name="Allocator">Its malloc.</param>
/// <param name="AllocatorVersion">Such as <c>2.41</c>; null where it could not be read.</param>
public sealed record Runtime(
    RuntimeKind Kind, string? Version, AllocatorKind Allocator = AllocatorKind.Unknown, string? AllocatorVersion = null)
{
    /// <summary>What is taken for granted where nothing could be read.</summary>
    public static Runtime Unknown { get; } = new(RuntimeKind.Native, null);
}

/// <summary>The names of runtimes and allocators, as JSON and people read them.</summary>
public static class Runtimes
{
    private static readonly string[] Kinds = ["native", "dotnet", "jvm", "node", "bun", "go", "python", "ruby"];
    private static readonly string[] Allocators = ["unknown", "glibc", "musl", "jemalloc", "tcmalloc", "mimalloc"];

    public static string Name(RuntimeKind kind) => Kinds[(int)kind];

    public static string Name(AllocatorKind kind) => Allocators[(int)kind];
}
