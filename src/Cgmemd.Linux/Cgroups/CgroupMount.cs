using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>Where cgroup v2 is mounted and whether it has the memory controller.</summary>
/// <param name="Root">The mount point, such as <c>/sys/fs/cgroup</c>.</param>
/// <param name="HasMemory">Whether the memory controller is there: on hybrid hosts v1 has it.</param>
/// <param name="HasPids">Whether the pids controller is there.</param>
public sealed record CgroupMount(string Root, bool HasMemory, bool HasPids)
{
    /// <summary>
    /// Looks for the cgroup2 mount with the memory controller, or for any when none has it.
    /// </summary>
    /// <param name="procRoot">Such as <c>/proc</c>; its self/mounts is read.</param>
    /// <param name="mount">Null where no cgroup2 is mounted.</param>
    /// <returns>Ok with memory; NotSupported without it or without a mount; Failed if the mounts cannot be
    /// read.</returns>
    public static ReadStatus TryDetect(string procRoot, out CgroupMount? mount)
    {
        mount = null;
        var roots = new List<string>();
        if (TryRead(procRoot + "/self/mounts", out ReadOnlySpan<byte> text) is not Errno.None
            || !CgroupMounts.TryParse(text, roots))
            return ReadStatus.Failed;
        foreach (string root in roots)
        {
            if (TryOpen(root) is not { } candidate)
                continue;
            mount = mount is null || candidate.HasMemory ? candidate : mount;
            if (mount.HasMemory)
                return ReadStatus.Ok;
        }

        return ReadStatus.NotSupported;
    }

    /// <summary>Looks at a given mount point; null when it has no cgroup.controllers.</summary>
    public static CgroupMount? TryOpen(string root) =>
        TryRead(root + "/cgroup.controllers", out ReadOnlySpan<byte> text) is Errno.None
            ? new CgroupMount(
                root, CgroupMounts.HasController(text, "memory"u8), CgroupMounts.HasController(text, "pids"u8))
            : null;

    private static Errno TryRead(string path, out ReadOnlySpan<byte> text)
    {
        using FileDescriptor here = LibC.openat(LibC.AT_FDCWD, "/"u8, LibC.O_PATH | LibC.O_CLOEXEC);
        return ReadBuffer.Read(here, Encoding.UTF8.GetBytes(Path.GetFullPath(path) + "\0"), out text);
    }
}
