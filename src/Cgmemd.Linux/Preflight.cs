using Cgmemd.Core.Samples;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux;

/// <summary>Looks, before the watch begins, at what this host offers, and says in plain words what it lacks.</summary>
public static class Preflight
{
    // include/uapi/linux/capability.h
    private const int CapSysPtrace = 19;
    private const int CapDacReadSearch = 2;

    /// <summary>What is missing and what follows from it; empty on a host that has it all.</summary>
    /// <param name="cgroup">A cgroup other than the root, to try things on; null where none could be opened.</param>
    /// <param name="proc">The host's procfs.</param>
    /// <param name="ownStatus">The text of /proc/self/status.</param>
    /// <param name="hasSystemBus">Whether the socket of the system bus is there.</param>
    public static List<PreflightFinding> Check(
        Cgroup? cgroup, ProcDirectory proc, string ownStatus, bool hasSystemBus)
    {
        var findings = new List<PreflightFinding>();
        if (proc.TryReadPressure(out _) != ReadStatus.Ok)
        {
            findings.Add(new(
                "pressure stall information (the kernel is without CONFIG_PSI, or psi=0)",
                "memory.pressure is absent, and a unit under pressure is not read sooner than its interval"));
        }

        if (cgroup is { HasResettablePeak: false })
        {
            findings.Add(new(
                "a resettable memory.peak (it came with Linux 6.12)",
                "the peak between two samples is exact only where it is the highest so far"));
        }

        ulong capabilities = EffectiveCapabilities(ownStatus);
        if ((capabilities & (1UL << CapSysPtrace)) == 0)
        {
            findings.Add(new(
                "CAP_SYS_PTRACE",
                "PSS and captures are limited to processes of the same user"));
        }

        if ((capabilities & (1UL << CapDacReadSearch)) == 0)
        {
            findings.Add(new(
                "CAP_DAC_READ_SEARCH",
                "files that only their owner may read are missing from captures"));
        }

        if (!hasSystemBus)
        {
            findings.Add(new(
                "the system bus",
                "units are found by the names of their cgroups, and why a unit stopped is not known"));
        }

        return findings;
    }

    // CapEff:	000001ffffffffff
    internal static ulong EffectiveCapabilities(string ownStatus)
    {
        const string Key = "CapEff:";
        int start = ownStatus.IndexOf(Key, StringComparison.Ordinal);
        if (start < 0)
            return 0;
        ReadOnlySpan<char> line = ownStatus.AsSpan(start + Key.Length);
        int end = line.IndexOf('\n');
        return ulong.TryParse(
            (end < 0 ? line : line[..end]).Trim(), System.Globalization.NumberStyles.HexNumber, null, out ulong mask)
            ? mask
            : 0;
    }
}
