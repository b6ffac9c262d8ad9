using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Procfs;

/// <summary>Files of a process that are too large to be read whole, line by line through the thread's buffer.</summary>
public sealed partial class ProcDirectory
{
    private delegate bool LineTaker(ReadOnlySpan<byte> line);

    // Failed with EFBIG beyond the bound, with no errno when a line is refused or longer than the buffer.
    private ReadStatus ReadLines(int pid, ReadOnlySpan<byte> name, long maximumBytes, LineTaker take)
    {
        Span<byte> path = stackalloc byte[MaximumPath];
        WritePath(path, pid, name);
        using FileDescriptor file = LibC.openat(_directory, path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        LastErrno = file.IsInvalid ? Errnos.Last : Errno.None;
        if (LastErrno is Errno.ESRCH)
            return StatusWithoutMemory(pid);
        return LastErrno is Errno.None ? TakeLines(file, maximumBytes, take) : LastErrno.ToReadStatus();
    }

    // Lines never straddle: what is left of a chunk behind its last newline moves to the front of the buffer.
    private unsafe ReadStatus TakeLines(FileDescriptor file, long maximumBytes, LineTaker take)
    {
        Span<byte> buffer = ReadBuffer.Current;
        int kept = 0;
        for (long offset = 0; offset < maximumBytes;)
        {
            nint count;
            fixed (byte* start = buffer)
                count = LibC.pread(file, start + kept, buffer.Length - kept, offset);
            if (count < 0)
            {
                LastErrno = Errnos.Last;
                return LastErrno.ToReadStatus();
            }

            if (count == 0)
                return kept == 0 || take(buffer[..kept]) ? ReadStatus.Ok : ReadStatus.Failed;
            offset += count;
            Span<byte> text = buffer[..(kept + (int)count)];
            int end = text.LastIndexOf((byte)'\n') + 1;
            if (!TryTakeLines(text[..end], take) || (end == 0 && text.Length == buffer.Length))
                return ReadStatus.Failed;
            text[end..].CopyTo(buffer);
            kept = text.Length - end;
        }

        LastErrno = Errno.EFBIG;
        return ReadStatus.Failed;
    }

    private static bool TryTakeLines(ReadOnlySpan<byte> text, LineTaker take)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            if (!take(text[..end]))
                return false;
            text = text[(end + 1)..];
        }

        return true;
    }
}
