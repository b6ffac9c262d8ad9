using System.Text;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Procfs;

/// <summary>What a process runs in, from its mappings, its program and files beside them.</summary>
public sealed partial class ProcDirectory
{
    // As many mappings as MaximumSmapsBytes allows.
    private const long MaximumMapsBytes = 40L << 20;

    private const long MaximumMountsBytes = 4L << 20;

    private const int MaximumSymbolNames = 256 << 10;
    private const int MaximumReadOnlyData = 2 << 20;
    private const int MaximumVersionsKept = 64;

    // A C library's version is the same for all who use it, and takes some hundred KiB to find.
    private readonly Dictionary<FileIdentity, string?> _allocatorVersions = [];

    /// <summary>
    /// Tells the runtime and the malloc of a process, with their versions where those can be read. Reads its maps (no
    /// page tables: far cheaper than smaps) and some files within its root, none of them through a link out of it.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="runtime"><see cref="Runtime.Unknown"/> unless Ok.</param>
    /// <returns>NotSupported for a kernel thread; Failed with EACCES without CAP_SYS_PTRACE.</returns>
    public ReadStatus TryDetectRuntime(int pid, out Runtime runtime)
    {
        runtime = Runtime.Unknown;
        Span<byte> path = stackalloc byte[MaximumPath];
        WritePath(path, pid, default);
        using FileDescriptor process = LibC.openat(_directory, path, LibC.O_PATH | LibC.O_CLOEXEC);
        LastErrno = process.IsInvalid ? Errnos.Last : Errno.None;
        if (LastErrno is not Errno.None)
            return LastErrno.ToReadStatus();
        var evidence = new RuntimeEvidence { Executable = ReadLink(process, "exe\0"u8) };
        bool any = false;
        ReadStatus status = ReadLines(
            pid, "maps"u8, MaximumMapsBytes, line => (any = true) && evidence.TryAddMapping(line));
        if (status is not ReadStatus.Ok)
            return status;
        if (!any)
            return StatusWithoutMemory(pid);
        LocalMounts mounts = ReadMounts(pid);
        if (RuntimeDetection.Kind(evidence) is RuntimeKind.Native)
            AddProgram(process, evidence, IsLocal(evidence.ProgramDevice, mounts));
        RuntimeKind kind = RuntimeDetection.Kind(evidence);
        AllocatorKind allocator = RuntimeDetection.Allocator(evidence, kind);
        runtime = new Runtime(
            kind, FindVersion(process, evidence, kind, mounts), allocator,
            FindVersion(process, evidence, allocator, mounts));
        return ReadStatus.Ok;
    }

    // Where it cannot be read as a whole, nothing is local.
    private LocalMounts ReadMounts(int pid)
    {
        var mounts = new LocalMounts();
        return ReadLines(pid, "mountinfo"u8, MaximumMountsBytes, mounts.TryAddLine) is ReadStatus.Ok
            ? mounts : new LocalMounts();
    }

    // Of a container's program maps may show the device below its overlay, which only the host has mounted.
    private bool IsLocal(ulong? device, LocalMounts mounts) =>
        device is { } number && (mounts.Has(number) ?? ReadMounts(Environment.ProcessId).Has(number)) == true;

    private static string? ReadLink(FileDescriptor process, ReadOnlySpan<byte> name)
    {
        Span<byte> target = ReadBuffer.Current;
        nint length = LibC.readlinkat(process, name, target, target.Length);
        return length <= 0 ? null : Encoding.UTF8.GetString(target[..(int)length]);
    }

    private static void AddProgram(FileDescriptor process, RuntimeEvidence evidence, bool isLocal)
    {
        using TargetFile? file = TargetFile.OpenProgram(process, isLocal);
        if (file is null || ElfFile.TryRead(file) is not { } program)
            return;
        ReadOnlySpan<byte> symbols = program.Read(".dynstr"u8, MaximumSymbolNames);
        evidence.Program = (program.Has(".go.buildinfo"u8) ? ProgramMarks.Go : ProgramMarks.None)
            | (program.Has(".bun"u8) ? ProgramMarks.Bun : ProgramMarks.None)
            | (symbols.IndexOf("\0DotNetRuntimeInfo\0"u8) >= 0 ? ProgramMarks.DotNetSingleFile : ProgramMarks.None)
            | (symbols.IndexOf("\0DotNetRuntimeDebugHeader\0"u8) >= 0
                ? ProgramMarks.DotNetNativeAot
                : ProgramMarks.None);
        evidence.GoVersion = GoBuildInfo.Version(program.Read(".go.buildinfo"u8, 4096));
    }

    private static string? FindVersion(
        FileDescriptor process, RuntimeEvidence evidence, RuntimeKind kind, LocalMounts mounts)
    {
        // .NET's shared runtime has its exact version in its path; others' names are less exact than their files.
        string? byName = RuntimeDetection.VersionByName(evidence, kind);
        if (kind is RuntimeKind.DotNet && byName is not null)
            return byName;
        foreach (string path in RuntimeDetection.VersionFiles(evidence, kind))
        {
            using TargetFile? file = TargetFile.Open(process, path, mounts);
            if (file is not null && VersionText.FromFile(kind, file.Read(0, ReadBuffer.Current)) is { } version)
                return version;
        }

        return byName;
    }

    private string? FindVersion(
        FileDescriptor process, RuntimeEvidence evidence, AllocatorKind allocator, LocalMounts mounts)
    {
        if (RuntimeDetection.AllocatorVersionByName(evidence, allocator) is { } byName)
            return byName;
        if (RuntimeDetection.AllocatorLibrary(evidence, allocator) is not { } path)
            return null;
        using TargetFile? file = TargetFile.Open(process, path, mounts);
        if (file is null)
            return null;
        if (_allocatorVersions.TryGetValue(file.Identity, out string? known))
            return known;
        string? version = ElfFile.TryRead(file) is { } library
            ? VersionText.FromReadOnlyData(allocator, library.Read(".rodata"u8, MaximumReadOnlyData))
            : null;
        if (_allocatorVersions.Count >= MaximumVersionsKept)
            _allocatorVersions.Clear();
        _allocatorVersions[file.Identity] = version;
        return version;
    }
}
