using Cgmemd.Core.Kernel;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>The processes of all cgroups below one, without an object or a path for any of them.</summary>
internal static class DescendantProcesses
{
    // A name is at most 255 bytes. One buffer for every level, and the capture's thread has a small stack.
    private const int EntriesSize = 2048;

    /// <summary>Adds the pids; cgroups that vanish on the way and threaded ones are left out.</summary>
    /// <param name="top">The cgroup to look below.</param>
    /// <param name="depth">How many levels to go down.</param>
    /// <param name="left">How many cgroups to look into at most; what remains of that afterwards.</param>
    /// <param name="pids">Unordered; a process that moves meanwhile may come twice.</param>
    internal static void Read(FileDescriptor top, int depth, ref int left, List<int> pids)
    {
        int opened = LibC.OpenRead(top.Number, "."u8);
        if (opened < 0)
            return;
        ReadBelow(opened, depth, ref left, pids);
        LibC.close(opened);
    }

    private static void ReadBelow(int directory, int depth, ref int left, List<int> pids)
    {
        Span<byte> buffer = stackalloc byte[EntriesSize];
        while (LibC.ReadEntries(directory, buffer) is > 0 and var count)
        {
            var entries = new DirectoryEntries(buffer[..(int)count]);
            while (entries.TryTakeDirectory(out ReadOnlySpan<byte> name))
            {
                if (left-- <= 0)
                    return;
                int child = LibC.OpenRead(directory, name);
                if (child < 0)
                    continue;
                if (ReadBuffer.Read(child, "cgroup.procs"u8, out ReadOnlySpan<byte> text) is Errno.None)
                    CgroupProcs.TryParse(text, pids);
                if (depth > 1)
                    ReadBelow(child, depth - 1, ref left, pids);
                LibC.close(child);
            }
        }
    }
}
