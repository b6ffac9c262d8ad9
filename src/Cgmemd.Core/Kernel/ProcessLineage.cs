namespace Cgmemd.Core.Kernel;

/// <summary>/proc/PID/stat without the command: where a process comes from.</summary>
/// <param name="State">As ps(1) shows it; Z has exited, and its parent does not know yet.</param>
/// <param name="ParentPid">Its parent; 0 for what the kernel started.</param>
/// <param name="SessionId">The pid of who made its session; it stays when the parent changes and when that
/// exits.</param>
/// <param name="IsKernelThread">Whether it is one of the kernel's own.</param>
/// <param name="StartTimeTicks">When it began, in clock ticks since boot.</param>
public readonly record struct ProcessLineage(
    char State, int ParentPid, int SessionId, bool IsKernelThread, ulong StartTimeTicks)
{
    private const ulong PfKthread = 0x00200000; // include/linux/sched.h

    // 4321 (tmux: server (a) b) S 1 4321 4321 0 -1 4194368 1063 0 0 0 12 3 0 0 20 0 1 0 90125 8859648 ...
    //
    // fs/proc/array.c, do_task_stat(). The command may hold blanks and parentheses, so it ends at the last ')'.

    /// <summary>Parses the file.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ProcessLineage lineage)
    {
        lineage = default;
        int close = text.LastIndexOf((byte)')');
        if (close < 0)
            return false;
        // Behind the command: state ppid pgrp session tty_nr tpgid flags; starttime is field 22 of proc(5).
        var words = new KernelText(text[(close + 1)..].TrimEnd((byte)'\n'));
        if (!words.TryTakeWord(out ReadOnlySpan<byte> state) || !words.TryTakeWord(out ReadOnlySpan<byte> parent)
            || !KernelNumber.TryParsePid(parent, out int parentPid)
            || !TrySkip(ref words, 1) || !words.TryTakeWord(out ReadOnlySpan<byte> session)
            || !KernelNumber.TryParsePid(session, out int sessionId)
            || !TrySkip(ref words, 2) || !words.TryTakeNumber(out ulong flags)
            || !TrySkip(ref words, 12) || !words.TryTakeNumber(out ulong start))
            return false;
        lineage = new ProcessLineage((char)state[0], parentPid, sessionId, (flags & PfKthread) != 0, start);
        return true;
    }

    private static bool TrySkip(ref KernelText words, int count)
    {
        while (count-- > 0)
        {
            if (!words.TryTakeWord(out _))
                return false;
        }

        return true;
    }
}
