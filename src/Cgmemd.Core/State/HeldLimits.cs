using System.Globalization;
using System.Text;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.State;

/// <summary>Whose the memory.high of a unit is that was held.</summary>
public enum HeldNow
{
    /// <summary>The value that was set.</summary>
    Held,

    /// <summary>What the unit had before.</summary>
    SetBack,

    /// <summary>Somebody has set another meanwhile, which is to stay.</summary>
    Anothers,
}

/// <summary>A unit whose memory.high is held at another value for a while.</summary>
/// <param name="Unit">Its name.</param>
/// <param name="Bytes">The value that is held.</param>
/// <param name="Before">Its own memory.high, which it gets back.</param>
/// <param name="HadDropIn">Whether systemd kept a run-time setting of MemoryHigh= for it before.</param>
/// <param name="Cgroup">Its cgroup, by the path below the mount.</param>
public sealed record HeldLimit(string Unit, ulong Bytes, ByteLimit Before, bool HadDropIn, string Cgroup)
{
    /// <summary>Whose it is, by what memory.high says now. The kernel counts in pages, and rounds down.</summary>
    public HeldNow By(ByteLimit now) =>
        now == ByteLimit.Of(Bytes / 4096 * 4096) ? HeldNow.Held
        : now == Before ? HeldNow.SetBack
        : HeldNow.Anothers;
}

/// <summary>
/// The list of them as text, so that whoever comes after a daemon that was killed can set them back: the boot id, then
/// a line for each, <c>UNIT BYTES BEFORE|max new|old CGROUP</c>.
/// </summary>
public static class HeldLimits
{
    public static string Format(string bootId, IEnumerable<HeldLimit> limits)
    {
        var text = new StringBuilder(bootId).Append('\n');
        foreach (HeldLimit limit in limits)
        {
            text.Append(limit.Unit).Append(' ').Append(limit.Bytes).Append(' ').Append(limit.Before.ToString())
                .Append(limit.HadDropIn ? " old " : " new ").Append(limit.Cgroup).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>
    /// The list; empty for another boot, in which nothing of it is left. A line that cannot be understood is left out,
    /// as a list that was cut off may have one.
    /// </summary>
    public static List<HeldLimit> Parse(string text, string bootId)
    {
        List<HeldLimit> limits = [];
        string[] lines = text.Split('\n');
        // What follows the last line feed is no line.
        for (int i = 1; lines[0] == bootId && i < lines.Length - 1; i++)
        {
            if (lines[i].Split(' ', 5) is [{ Length: > 0 } unit, var held, var before, "old" or "new", ['/', ..]] words
                && TryParse(held, out ByteLimit bytes) && bytes.IsFinite && TryParse(before, out ByteLimit own))
            {
                limits.Add(new HeldLimit(unit, bytes.Bytes, own, words[3] == "old", words[4]));
            }
        }

        return limits;
    }

    private static bool TryParse(string text, out ByteLimit limit)
    {
        bool isNumber = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong bytes);
        limit = isNumber ? ByteLimit.Of(bytes) : ByteLimit.Max;
        return isNumber || text == "max";
    }
}
