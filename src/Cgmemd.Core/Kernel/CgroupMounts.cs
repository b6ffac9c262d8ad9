using System.Text;

namespace Cgmemd.Core.Kernel;

/// <summary>Where cgroup v2 is mounted, and which controllers a cgroup offers.</summary>
public static class CgroupMounts
{
    // cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0
    //
    // fs/proc_namespace.c, show_vfsmnt(); blank, tab, newline and backslash in a path are octal escapes.

    /// <summary>
    /// Adds the mount points of type cgroup2 in /proc/self/mounts, in their order. On a hybrid host there is one at
    /// /sys/fs/cgroup/unified, without the memory controller. False at a malformed line.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, List<string> mountPoints)
    {
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            var words = new KernelText(line);
            if (!words.TryTakeWord(out _) || !words.TryTakeWord(out ReadOnlySpan<byte> mountPoint)
                || !words.TryTakeWord(out ReadOnlySpan<byte> type))
                return false;
            if (type.SequenceEqual("cgroup2"u8))
                mountPoints.Add(Unescape(mountPoint));
        }

        return true;
    }

    /// <summary>Whether a mount of type cgroup2 in /proc/self/mounts has an option, such as
    /// <c>memory_hugetlb_accounting</c> (from Linux 6.7).</summary>
    public static bool HasOption(ReadOnlySpan<byte> text, ReadOnlySpan<byte> option)
    {
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            var words = new KernelText(line);
            if (!words.TryTakeWord(out _) || !words.TryTakeWord(out _)
                || !words.TryTakeWord(out ReadOnlySpan<byte> type) || !type.SequenceEqual("cgroup2"u8)
                || !words.TryTakeWord(out ReadOnlySpan<byte> options))
                continue;
            foreach (Range part in options.Split((byte)','))
            {
                if (options[part].SequenceEqual(option))
                    return true;
            }
        }

        return false;
    }

    // cpuset cpu io memory hugetlb pids rdma misc

    /// <summary>Whether a cgroup.controllers file names a controller.</summary>
    public static bool HasController(ReadOnlySpan<byte> controllers, ReadOnlySpan<byte> name)
    {
        var words = new KernelText(controllers.TrimEnd((byte)'\n'));
        while (words.TryTakeWord(out ReadOnlySpan<byte> word))
        {
            if (word.SequenceEqual(name))
                return true;
        }

        return false;
    }

    private static string Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 3 < text.Length
                && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]);
            if (isEscape)
            {
                bytes.Add((byte)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsOctal(byte c) => c is >= (byte)'0' and <= (byte)'7';
}
