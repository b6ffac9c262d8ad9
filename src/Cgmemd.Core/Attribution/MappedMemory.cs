using Cgmemd.Core.Kernel;

namespace Cgmemd.Core.Attribution;

/// <summary>What the processes of a unit have mapped, added up from their smaps_rollup. Sizes are bytes.</summary>
public sealed record MappedMemory
{
    public ulong Pss { get; private set; }

    public ulong PssFile { get; private set; }

    public ulong PssShmem { get; private set; }

    /// <summary>What <see cref="Pss"/> has beside files and shared memory: each is rounded down to a kilobyte.</summary>
    public ulong PssAnon => Pss - PssFile - PssShmem;

    public ulong SwapPss { get; private set; }

    /// <summary>Anonymous memory as often as it is mapped: above <see cref="PssAnon"/> some is shared.</summary>
    public ulong RssAnon { get; private set; }

    /// <summary>The shared memory of the process that has most of it: the unit maps at least so much.</summary>
    public ulong GreatestRssShmem { get; private set; }

    /// <summary>Merged pages, as often as they are mapped.</summary>
    public ulong Ksm { get; private set; }

    public ulong PrivateHugetlb { get; private set; }

    /// <summary>As often as they are mapped.</summary>
    public ulong SharedHugetlb { get; private set; }

    /// <summary>How many processes with memory could not be read.</summary>
    public int Unread { get; private set; }

    /// <summary>Their anonymous memory by status, which anybody may read.</summary>
    public ulong UnreadRssAnon { get; private set; }

    /// <summary>Adds a process.</summary>
    public void Add(in SmapsRollup rollup, in ProcessStatus status)
    {
        // Never more than the whole, for the parts are subtracted from it.
        ulong file = Math.Min(rollup.PssFile ?? 0, rollup.Pss);
        Pss += rollup.Pss;
        PssFile += file;
        PssShmem += Math.Min(rollup.PssShmem ?? 0, rollup.Pss - file);
        SwapPss += rollup.SwapPss ?? 0;
        RssAnon += status.RssAnon ?? 0;
        GreatestRssShmem = Math.Max(GreatestRssShmem, status.RssShmem ?? 0);
        Ksm += rollup.Ksm ?? 0;
        PrivateHugetlb += rollup.PrivateHugetlb ?? 0;
        SharedHugetlb += rollup.SharedHugetlb ?? 0;
    }

    /// <summary>Counts a process that has memory and could not be read.</summary>
    public void AddUnread(in ProcessStatus status)
    {
        Unread++;
        UnreadRssAnon += status.RssAnon ?? 0;
    }
}
