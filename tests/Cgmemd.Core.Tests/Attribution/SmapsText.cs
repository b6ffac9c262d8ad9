using System.Text;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>Makes smaps of blocks, and breaks them down.</summary>
internal static class SmapsText
{
    internal static string Block(
        string name, string permissions, int pss, int inode = 7, ulong start = 0x7f3c9a228000, int sizeKb = 4,
        string flags = "mr mw me ac", string device = "08:01") =>
        $"""
        {start:x}-{start + ((ulong)sizeKb << 10):x} {permissions} 00028000 {device} {inode}                    {name}
        Size:                  {sizeKb} kB
        Rss:                   {pss} kB
        Pss:                   {pss} kB
        Private_Dirty:         4 kB
        Swap:                  0 kB
        SwapPss:               1 kB
        VmFlags: rd wr {flags}

        """;

    internal static SmapsBreakdown Parse(
        string text, Runtime? runtime = null, int greatest = 20, Redaction? redaction = null,
        HashSet<ulong>? tmpfsDevices = null)
    {
        var breakdown = new SmapsBreakdown(
            runtime ?? Runtime.Unknown, redaction ?? Redaction.None, greatest, tmpfsDevices);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(breakdown.TryAddLine(Encoding.UTF8.GetBytes(line)), line);
        Assert.True(breakdown.TryComplete());
        return breakdown;
    }
}
