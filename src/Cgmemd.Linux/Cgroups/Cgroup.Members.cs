using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>What is in a cgroup: processes, children, and the unit invocation it was made for.</summary>
public sealed partial class Cgroup
{
    /// <summary>Adds the pids in this cgroup alone. NotSupported for a threaded one: its domain lists them.</summary>
    public ReadStatus ReadProcesses(List<int> pids)
    {
        LastErrno = ReadBuffer.Read(_directory, "cgroup.procs"u8, out ReadOnlySpan<byte> text);
        if (LastErrno is not Errno.None)
            return LastErrno.ToReadStatus();
        return CgroupProcs.TryParse(text, pids) ? ReadStatus.Ok : ReadStatus.Failed;
    }

    /// <summary>Adds the pids of the cgroups below, as <see cref="CgroupTree.ReadProcesses"/> bounds it.</summary>
    internal void ReadProcessesBelow(List<int> pids, int maximumCgroups)
    {
        int left = maximumCgroups;
        DescendantProcesses.Read(_directory, CgroupTree.MaximumDepth, ref left, pids);
    }

    /// <summary>Adds the names of the child cgroups, unordered.</summary>
    public ReadStatus ListChildren(List<string> names)
    {
        LastErrno = DirectoryEntries.ReadDirectories(_directory, names);
        return LastErrno.ToReadStatus();
    }

    /// <summary>
    /// The invocation id that systemd left on the cgroup, 32 lower case hex digits; null where there is none, as on
    /// cgroups that are no unit's.
    /// </summary>
    /// <remarks>Source: systemd, cgroup_set_invocation_id(): trusted.invocation_id, and from 251 user.invocation_id
    /// as well, which needs no privilege.</remarks>
    public string? ReadInvocationId()
    {
        using FileDescriptor opened = LibC.openat(_directory, "."u8, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (opened.IsInvalid)
            return null;
        return ReadId(opened, "user.invocation_id"u8) ?? ReadId(opened, "trusted.invocation_id"u8);
    }

    private static unsafe string? ReadId(FileDescriptor directory, ReadOnlySpan<byte> name)
    {
        byte* value = stackalloc byte[64];
        nint length = LibC.fgetxattr(directory, name, value, 64);
        if (length != 32)
            return null;
        string id = Encoding.ASCII.GetString(value, 32);
        return id.All(char.IsAsciiHexDigitLower) ? id : null;
    }
}
