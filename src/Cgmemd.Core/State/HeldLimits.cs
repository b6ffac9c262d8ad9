using System.Globalization;
using System.Text;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.State;

/// <summary>A unit whose memory.high is held at another value for a while.</summary>
/// <param name="Unit">Its name.</param>
/// <param name="Before">Its own memory.high, which it gets back.</param>
/// <param name="HadDropIn">Whether systemd kept a run-time setting of MemoryHigh= for it before.</param>
public sealed record HeldLimit(string Unit, ByteLimit Before, bool HadDropIn);

/// <summary>
/// The list of them as text, so that whoever comes after a daemon that was killed can set them back: the boot id, then
/// a line for each, <c>UNIT BYTES|max new|old</c>.
/// </summary>
public static class HeldLimits
{
    public static string Format(string bootId, IReadOnlyList<HeldLimit> limits)
    {
        var text = new StringBuilder(bootId).Append('\n');
        foreach (HeldLimit limit in limits)
            text.Append($"{limit.Unit} {limit.Before} ").Append(limit.HadDropIn ? "old\n" : "new\n");
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
        for (int i = 1; lines[0] == bootId && i < lines.Length; i++)
        {
            if (lines[i].Split(' ') is [{ Length: > 0 } unit, var before, "old" or "new"] words
                && TryParse(before, out ByteLimit limit))
            {
                limits.Add(new HeldLimit(unit, limit, words[2] == "old"));
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
