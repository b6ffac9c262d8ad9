using System.Text;

namespace Cgmemd.Core.Kernel;

/// <summary>
/// /proc/PID/stat: what tells one process from another. The start time is in clock ticks since boot; with the pid it
/// identifies a process within one boot.
/// </summary>
/// <param name="Command">Its name.</param>
/// <param name="State">As ps(1) shows it: S sleeps, T is stopped by a signal, t by a debugger.</param>
/// <param name="ParentPid">Its parent.</param>
/// <param name="IsKernelThread">Whether it is one of the kernel's own.</param>
/// <param name="StartTimeTicks">When it began.</param>
public readonly record struct ProcessStat(
    string Command, char State, int ParentPid, bool IsKernelThread, ulong StartTimeTicks)
{
    /// <summary>Whether it does nothing until somebody lets it go on.</summary>
    public bool IsStopped => State is 'T' or 't';

    /// <summary>Parses the file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="stat">What it tells.</param>
    /// <param name="known">The command as read before: no new string is made while it is the same.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out ProcessStat stat, string? known = null)
    {
        stat = default;
        int open = text.IndexOf((byte)'('), close = text.LastIndexOf((byte)')');
        if (open < 0 || close < open || !ProcessLineage.TryParse(text, out ProcessLineage lineage))
            return false;
        ReadOnlySpan<byte> name = text[(open + 1)..close];
        string command = known is not null && IsSame(known, name) ? known : Encoding.UTF8.GetString(name);
        stat = new ProcessStat(
            command, lineage.State, lineage.ParentPid, lineage.IsKernelThread, lineage.StartTimeTicks);
        return true;
    }

    // A command is 15 bytes, and 63 of a kernel worker's.
    private static bool IsSame(string known, ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[64];
        return name.Length <= chars.Length
            && known.AsSpan().SequenceEqual(chars[..Encoding.UTF8.GetChars(name, chars)]);
    }
}
