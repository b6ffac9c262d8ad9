using System.Buffers.Text;
using System.Text;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Procfs;

/// <summary>Where a process comes from, and all processes there are.</summary>
public sealed partial class ProcDirectory
{
    private const int MaximumCgroupPath = 4096;
    private const int InvocationIdLength = 32;
    private const long MaximumEnvironment = 8 << 20; // a process may have made its own as large as it likes

    /// <summary>Adds the pids of all processes that this user sees, as the kernel lists them.</summary>
    /// <param name="pids">Not cleared before.</param>
    /// <param name="maximum">No more are added than until there are so many.</param>
    /// <param name="from">None below.</param>
    /// <param name="before">None from this on.</param>
    public ReadStatus TryListProcesses(List<int> pids, int maximum, int from = 0, int before = int.MaxValue)
    {
        int directory = LibC.OpenRead(_directory.Number, ".\0"u8);
        LastErrno = directory < 0 ? Errnos.Last : Errno.None;
        if (directory < 0)
            return LastErrno.ToReadStatus();
        Span<byte> buffer = stackalloc byte[8192];
        nint count;
        while ((count = LibC.ReadEntries(directory, buffer)) > 0 && pids.Count < maximum)
        {
            var entries = new DirectoryEntries(buffer[..(int)count]);
            while (entries.TryTakeDirectory(out ReadOnlySpan<byte> name) && pids.Count < maximum)
            {
                bool isPid = Utf8Parser.TryParse(name, out int pid, out int length) && length == name.Length - 1;
                if (isPid && pid > 0 && pid >= from && pid < before)
                    pids.Add(pid);
            }
        }

        if (count < 0)
            LastErrno = Errnos.Last;
        LibC.close(directory);
        return LastErrno.ToReadStatus();
    }

    /// <summary>Reads parent, session and start of a process; allocates nothing.</summary>
    public ReadStatus TryReadLineage(int pid, out ProcessLineage lineage)
    {
        lineage = default;
        ReadStatus status = Read(pid, "stat"u8, out ReadOnlySpan<byte> text);
        return status is ReadStatus.Ok && !ProcessLineage.TryParse(text, out lineage) ? ReadStatus.Failed : status;
    }

    /// <summary>Reads where a process is in the v2 hierarchy; NotSupported where it is in none.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="known">Paths as they were read before, of which no new strings are made; others join them.</param>
    /// <param name="path">The path.</param>
    public ReadStatus TryReadCgroup(int pid, HashSet<string> known, out string? path)
    {
        path = null;
        ReadStatus status = Read(pid, "cgroup"u8, out ReadOnlySpan<byte> text);
        if (status is not ReadStatus.Ok)
            return status;
        if (!ProcessCgroup.TryParse(text, out ReadOnlySpan<byte> found))
            return ReadStatus.NotSupported;
        if (found.Length > MaximumCgroupPath)
            return ReadStatus.Failed;
        Span<char> chars = stackalloc char[MaximumCgroupPath];
        chars = chars[..Encoding.UTF8.GetChars(found, chars)];
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(chars, out path))
            known.Add(path = chars.ToString());
        return ReadStatus.Ok;
    }

    /// <summary>
    /// Reads INVOCATION_ID, as systemd sets it, of the environment that a process began with; nothing else of it is
    /// kept. NoData where it has none; Failed with EACCES without CAP_SYS_PTRACE. Waits for the target's mmap lock.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="invocationId">32 hexadecimal digits, or null.</param>
    public unsafe ReadStatus TryReadInvocation(int pid, out string? invocationId)
    {
        invocationId = null;
        Span<byte> path = stackalloc byte[MaximumPath];
        WritePath(path, pid, "environ"u8);
        using FileDescriptor file = LibC.openat(_directory, path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        LastErrno = file.IsInvalid ? Errnos.Last : Errno.None;
        if (LastErrno is not Errno.None)
            return LastErrno.ToReadStatus();
        // A NUL in front makes the first variable like the others. A find that a chunk cuts off is in the next.
        ReadOnlySpan<byte> name = "\0INVOCATION_ID="u8;
        Span<byte> buffer = ReadBuffer.Current;
        buffer[0] = 0;
        int kept = 1;
        for (long offset = 0; offset < MaximumEnvironment;)
        {
            nint count;
            fixed (byte* start = buffer)
                count = LibC.pread(file, start + kept, buffer.Length - kept, offset);
            if (count < 0)
            {
                LastErrno = Errnos.Last;
                return LastErrno.ToReadStatus();
            }

            Span<byte> text = buffer[..(kept + (int)count)];
            int at = text.IndexOf(name);
            if (at >= 0 && text.Length >= at + name.Length + InvocationIdLength)
                return TakeInvocation(text.Slice(at + name.Length, InvocationIdLength), out invocationId);
            if (count == 0)
                return ReadStatus.NoData;
            offset += count;
            kept = Math.Min(text.Length, name.Length + InvocationIdLength);
            text[^kept..].CopyTo(buffer);
        }

        return ReadStatus.NoData;
    }

    private static ReadStatus TakeInvocation(ReadOnlySpan<byte> text, out string? invocationId)
    {
        invocationId = null;
        foreach (byte c in text)
        {
            if (!char.IsAsciiHexDigitLower((char)c))
                return ReadStatus.NoData;
        }

        invocationId = Encoding.ASCII.GetString(text);
        return ReadStatus.Ok;
    }
}
