namespace Cgmemd.Core.Kernel;

/// <summary>
/// The devices of the tmpfs mounts in a mount namespace: what is mapped from them is memory, not a file on a disk.
/// </summary>
public static class TmpfsDevices
{
    // 26 31 0:24 / /run rw,nosuid,nodev,noexec shared:5 - tmpfs tmpfs rw,size=2465120k,mode=755
    //
    // fs/proc_namespace.c, show_mountinfo(): any number of optional fields, then a dash, the type, the source.

    /// <summary>Adds each to a set, as smaps numbers them; false at a malformed line.</summary>
    /// <param name="text">/proc/PID/mountinfo, or as much of it as was read in whole lines.</param>
    /// <param name="devices">Major in the upper half, minor in the lower.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, HashSet<ulong> devices)
    {
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            var words = new KernelText(line);
            if (!words.TryTakeNumber(out _) || !words.TryTakeNumber(out _)
                || !words.TryTakeWord(out ReadOnlySpan<byte> number)
                || !KernelDevice.TryParse(number, hexadecimal: false, out ulong device))
                return false;
            bool dash = false;
            while (!dash && words.TryTakeWord(out ReadOnlySpan<byte> word))
                dash = word.SequenceEqual("-"u8);
            if (!dash || !words.TryTakeWord(out ReadOnlySpan<byte> type))
                return false;
            if (type.SequenceEqual("tmpfs"u8))
                devices.Add(device);
        }

        return true;
    }
}
