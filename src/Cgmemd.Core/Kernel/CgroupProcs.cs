namespace Cgmemd.Core.Kernel;

/// <summary>The cgroup.procs file: the processes of one cgroup, without those of its children.</summary>
public static class CgroupProcs
{
    // 812
    // 977
    //
    // Unordered; a pid may come twice when a process moves while the file is read; 0 is a process outside the
    // reader's pid namespace. cgroup-v2.rst, "Core Interface Files".

    /// <summary>
    /// Adds the pids found; at a malformed line false, with those before it added. Zeros are left out.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, List<int> pids)
    {
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            if (!KernelNumber.TryParsePid(line, out int pid))
                return false;
            if (pid != 0)
                pids.Add(pid);
        }

        return true;
    }
}
