namespace Cgmemd.Core.Kernel;

/// <summary>/proc/PID/cgroup: where a process is in the v2 hierarchy.</summary>
public static class ProcessCgroup
{
    // 0::/system.slice/cron.service
    // 0::/system.slice/gone.service (deleted)
    //
    // kernel/cgroup/cgroup.c, proc_cgroup_show(); on v1 and hybrid hosts other lines come before it.

    /// <summary>The path of the v2 line, as a slice of the text; false where there is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> path)
    {
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            if (!line.StartsWith("0::/"u8))
                continue;
            path = line["0::"u8.Length..];
            if (path.EndsWith(" (deleted)"u8))
                path = path[..^" (deleted)"u8.Length];
            return true;
        }

        path = default;
        return false;
    }
}
