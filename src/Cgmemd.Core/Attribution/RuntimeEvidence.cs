using System.Text;
using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// What shows of a process from outside and tells its runtime: its program, the libraries it has mapped, the sections
/// and symbols of its program. Neither its arguments nor its environment: a child inherits the latter whatever it runs.
/// </summary>
public sealed class RuntimeEvidence
{
    // PATH_MAX.
    private const int MaximumPath = 4096;

    private readonly string?[] _libraries = new string?[(int)KnownLibrary.Musl + 1];
    private byte[]? _program;

    /// <summary>Where /proc/PID/exe points, in the process's own mount namespace; null where unreadable.</summary>
    public string? Executable { get; init; }

    /// <summary>
    /// The device of the program's file, as it is mapped: major in the upper half, minor in the lower. Null where it is
    /// not.
    /// </summary>
    public ulong? ProgramDevice { get; private set; }

    /// <summary>What the program itself shows.</summary>
    public ProgramMarks Program { get; set; }

    /// <summary>Go's version as the program states it, such as <c>1.19.8</c>.</summary>
    public string? GoVersion { get; set; }

    /// <summary>CoreCLR's executable memory is mapped; also where CoreCLR is linked into the program.</summary>
    public bool HasDoubleMapper { get; private set; }

    /// <summary>
    /// The path of a library as maps shows it, with <c> (deleted)</c> behind it when its file was; null where none was
    /// seen. The first mapping counts.
    /// </summary>
    public string? this[KnownLibrary library] => _libraries[(int)library];

    /// <summary>Takes a line of /proc/PID/maps; false when it is malformed.</summary>
    public bool TryAddMapping(ReadOnlySpan<byte> line)
    {
        if (!Mapping.TryParse(line, out Mapping mapping))
            return false;
        ReadOnlySpan<byte> name = mapping.Name;
        if (name is not [(byte)'/', ..])
            return true;
        _program ??= Encoding.UTF8.GetBytes(Executable ?? "");
        if (ProgramDevice is null && name.SequenceEqual(_program))
            ProgramDevice = mapping.Device;
        HasDoubleMapper |= name.StartsWith("/memfd:doublemapper"u8);
        if (Recognize(name[(name.LastIndexOf((byte)'/') + 1)..]) is { } library && _libraries[(int)library] is null
            && name.Length <= MaximumPath)
            _libraries[(int)library] = Encoding.UTF8.GetString(name);
        return true;
    }

    private static KnownLibrary? Recognize(ReadOnlySpan<byte> file) => file switch
    {
        [(byte)'l', (byte)'i', (byte)'b', ..] => RecognizeLibrary(file),
        // Alpine's name, and that of musl's own installation: its C library and loader are one file.
        _ when file.StartsWith("ld-musl-"u8) => KnownLibrary.Musl,
        _ => null,
    };

    private static KnownLibrary? RecognizeLibrary(ReadOnlySpan<byte> file)
    {
        bool isShared = file.IndexOf(".so"u8) > 0;
        return !isShared ? null
            : file.StartsWith("libcoreclr.so"u8) ? KnownLibrary.CoreClr
            : file.StartsWith("libjvm.so"u8) ? KnownLibrary.Jvm
            : file.StartsWith("libnode.so"u8) ? KnownLibrary.Node
            : file.StartsWith("libruby"u8) ? KnownLibrary.Ruby
            : file.StartsWith("libpython"u8) ? KnownLibrary.Python
            : file.StartsWith("libjemalloc.so"u8) ? KnownLibrary.Jemalloc
            : file.StartsWith("libtcmalloc"u8) ? KnownLibrary.Tcmalloc
            : file.StartsWith("libmimalloc"u8) ? KnownLibrary.Mimalloc
            : file.SequenceEqual("libc.so"u8) || file.StartsWith("libc.musl-"u8) ? KnownLibrary.Musl
            : file.StartsWith("libc.so.6"u8) || file.StartsWith("libc-2."u8) ? KnownLibrary.Glibc
            : null;
    }
}

/// <summary>A library by which a runtime or a malloc is known.</summary>
public enum KnownLibrary : byte
{
    CoreClr,
    Jvm,
    Node,
    Ruby,
    Python,
    Jemalloc,
    Tcmalloc,
    Mimalloc,
    Glibc,
    Musl,
}

/// <summary>What a program's own file shows of its runtime.</summary>
[Flags]
public enum ProgramMarks : byte
{
    None = 0,

    /// <summary>The section <c>.go.buildinfo</c>.</summary>
    Go = 1,

    /// <summary>CoreCLR within the program: it exports <c>DotNetRuntimeInfo</c>.</summary>
    DotNetSingleFile = 2,

    /// <summary>NativeAOT: it exports <c>DotNetRuntimeDebugHeader</c>.</summary>
    DotNetNativeAot = 4,

    /// <summary>The section <c>.bun</c>.</summary>
    Bun = 8,
}
