namespace Cgmemd.Core.Kernel;

/// <summary>/proc/PID/statm: sizes in pages. All zero for a kernel thread and for a process that has let go of its
/// memory.</summary>
public readonly record struct Statm(ulong SizePages, ulong ResidentPages, ulong SharedPages)
{
    // 2163 1384 1212 7 0 362 0
    //
    // fs/proc/array.c, proc_pid_statm(): size resident shared text lib data dt

    public static bool TryParse(ReadOnlySpan<byte> text, out Statm statm)
    {
        statm = default;
        var words = new KernelText(text.TrimEnd((byte)'\n'));
        if (!words.TryTakeNumber(out ulong size) || !words.TryTakeNumber(out ulong resident)
            || !words.TryTakeNumber(out ulong shared))
            return false;
        statm = new Statm(size, resident, shared);
        return true;
    }
}
