namespace Cgmemd.Core.Attribution;

/// <summary>Tells the runtime and the malloc of a process from <see cref="RuntimeEvidence"/>.</summary>
/// <remarks>What each is known by: docs/attribution.md.</remarks>
public static class RuntimeDetection
{
    private const string Deleted = " (deleted)";

    /// <summary>
    /// The runtime. Libraries of .NET and Java tell most; then the program's name; then what its file shows. Ruby's and
    /// Python's libraries come last: other programs load them for scripts.
    /// </summary>
    public static RuntimeKind Kind(RuntimeEvidence evidence)
    {
        if (evidence[KnownLibrary.CoreClr] is not null)
            return RuntimeKind.DotNet;
        if (evidence[KnownLibrary.Jvm] is not null)
            return RuntimeKind.Jvm;
        RuntimeKind byName = ByProgramName(FileName(evidence.Executable));
        if (byName is not RuntimeKind.Native)
            return byName;
        const ProgramMarks DotNet = ProgramMarks.DotNetSingleFile | ProgramMarks.DotNetNativeAot;
        return (evidence.Program & DotNet) != 0 || evidence.HasDoubleMapper ? RuntimeKind.DotNet
            : evidence.Program.HasFlag(ProgramMarks.Go) ? RuntimeKind.Go
            : evidence.Program.HasFlag(ProgramMarks.Bun) ? RuntimeKind.Bun
            : evidence[KnownLibrary.Node] is not null ? RuntimeKind.Node
            : evidence[KnownLibrary.Ruby] is not null ? RuntimeKind.Ruby
            : evidence[KnownLibrary.Python] is not null ? RuntimeKind.Python
            : RuntimeKind.Native;
    }

    /// <summary>
    /// The malloc: a library made for it wins over the C library, whether it is preloaded or linked. One within the
    /// program does not show; Bun is known to have its own.
    /// </summary>
    public static AllocatorKind Allocator(RuntimeEvidence evidence, RuntimeKind kind) =>
        evidence[KnownLibrary.Jemalloc] is not null ? AllocatorKind.Jemalloc
        : evidence[KnownLibrary.Tcmalloc] is not null ? AllocatorKind.Tcmalloc
        : evidence[KnownLibrary.Mimalloc] is not null || kind is RuntimeKind.Bun ? AllocatorKind.Mimalloc
        : evidence[KnownLibrary.Musl] is not null ? AllocatorKind.Musl
        : evidence[KnownLibrary.Glibc] is not null ? AllocatorKind.Glibc
        : AllocatorKind.Unknown;

    /// <summary>The runtime's version by names alone; null where they hold none.</summary>
    public static string? VersionByName(RuntimeEvidence evidence, RuntimeKind kind)
    {
        string? found = kind switch
        {
            // …/shared/Microsoft.NETCore.App/10.0.12/libcoreclr.so
            RuntimeKind.DotNet => FileName(Parent(evidence[KnownLibrary.CoreClr], 1)),
            RuntimeKind.Go => evidence.GoVersion,
            // …/versions/node/v20.20.2/bin/node, as nvm installs it.
            RuntimeKind.Node => FileName(Parent(evidence.Executable, 2)),
            // libruby-3.1.so.3.1.2
            RuntimeKind.Ruby => Behind(FileName(evidence[KnownLibrary.Ruby]), ".so."),
            // libpython3.11.so.1.0, /usr/bin/python3.11
            RuntimeKind.Python => Behind(FileName(evidence.Executable), "python3.") is { } minor ? "3." + minor
                : Behind(FileName(evidence[KnownLibrary.Python]), "libpython"),
            _ => null,
        };
        return VersionText.Clean(found?.TrimStart('v'));
    }

    /// <summary>
    /// Files that may hold the runtime's exact version, as paths in the process's root, the likeliest first. What is
    /// read of one goes to <see cref="VersionText.FromFile"/>.
    /// </summary>
    public static IReadOnlyList<string> VersionFiles(RuntimeEvidence evidence, RuntimeKind kind)
    {
        string? program = FileName(evidence.Executable);
        switch (kind)
        {
            case RuntimeKind.DotNet:
                // A self-contained application's own; the name is the program's.
                return Paths((Parent(evidence[KnownLibrary.CoreClr], 1), $"/{program}.runtimeconfig.json"));
            case RuntimeKind.Jvm:
                // …/lib/server/libjvm.so, and of Java 8 …/jre/lib/amd64/server/libjvm.so
                string? library = Present(evidence[KnownLibrary.Jvm]);
                return Paths((Parent(library, 3), "/release"), (Parent(library, 5), "/release"));
            case RuntimeKind.Node:
                return Paths((Parent(Present(evidence.Executable), 2), "/include/node/node_version.h"));
            case RuntimeKind.Python when VersionByName(evidence, kind) is { } version:
                string header = $"/include/python{version}/patchlevel.h";
                return Paths(
                    (Parent(Present(evidence.Executable), 2), header),
                    (Parent(Present(evidence[KnownLibrary.Python]), 2), header));
            default:
                return [];
        }
    }

    /// <summary>The malloc's version by its library's name; null where that holds none.</summary>
    public static string? AllocatorVersionByName(RuntimeEvidence evidence, AllocatorKind allocator) =>
        VersionText.Clean(allocator switch
        {
            // libmimalloc.so.2.0
            AllocatorKind.Mimalloc => Behind(FileName(evidence[KnownLibrary.Mimalloc]), ".so."),
            // libc-2.31.so, as it was named before glibc 2.34
            AllocatorKind.Glibc => Behind(FileName(evidence[KnownLibrary.Glibc]), "libc-"),
            _ => null,
        });

    /// <summary>The library in whose read-only data the malloc's version stands; null where it does not.</summary>
    public static string? AllocatorLibrary(RuntimeEvidence evidence, AllocatorKind allocator) =>
        Present(allocator switch
        {
            AllocatorKind.Glibc => evidence[KnownLibrary.Glibc],
            AllocatorKind.Jemalloc => evidence[KnownLibrary.Jemalloc],
            AllocatorKind.Tcmalloc => evidence[KnownLibrary.Tcmalloc],
            _ => null,
        });

    private static RuntimeKind ByProgramName(string? name) => name switch
    {
        "node" or "nodejs" => RuntimeKind.Node,
        "bun" => RuntimeKind.Bun,
        _ when IsNamed(name, "python") => RuntimeKind.Python,
        _ when IsNamed(name, "ruby") => RuntimeKind.Ruby,
        _ => RuntimeKind.Native,
    };

    // The name with nothing or a version behind it: python3.11, ruby3.1.
    private static bool IsNamed(string? name, string program) =>
        name is not null && name.StartsWith(program, StringComparison.Ordinal)
        && !name.AsSpan(program.Length).ContainsAnyExceptInRange('.', '9');

    private static string? FileName(string? path)
    {
        if (path is null)
            return null;
        string name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(Deleted, StringComparison.Ordinal) ? name[..^Deleted.Length] : name;
    }

    private static string? Parent(string? path, int levels)
    {
        for (; levels > 0 && path is not null; levels--)
        {
            int slash = path.LastIndexOf('/');
            path = slash < 0 ? null : path[..slash];
        }

        return path;
    }

    private static string? Behind(string? text, string mark)
    {
        int at = text?.IndexOf(mark, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : text![(at + mark.Length)..];
    }

    // Null when the file was deleted: what stands there now may be another.
    private static string? Present(string? path) =>
        path is null || path.EndsWith(Deleted, StringComparison.Ordinal) ? null : path;

    private static List<string> Paths(params ReadOnlySpan<(string? Folder, string File)> candidates)
    {
        var paths = new List<string>(candidates.Length);
        foreach ((string? folder, string file) in candidates)
        {
            if (folder is not null && !paths.Contains(folder + file))
                paths.Add(folder + file);
        }

        return paths;
    }
}
