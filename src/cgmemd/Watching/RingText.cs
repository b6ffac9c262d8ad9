using System.Globalization;
using System.Text;
using Cgmemd.Core.Samples;

namespace Cgmemd.Daemon.Watching;

/// <summary>The last samples as text, for a journal field: a line each, seconds before now and bytes.</summary>
internal static class RingText
{
    /// <summary>More lines than this are thinned out: the field stays readable and within journald's line.</summary>
    private const int MaxLines = 40;

    /// <summary>Lines such as <c>-0.512 memory.current=83886080 memory.stat.anon=71303168</c>, oldest first.</summary>
    public static string Render(SampleRing ring, long nowUs)
    {
        var text = new StringBuilder();
        int step = Math.Max(1, (ring.Count + MaxLines - 1) / MaxLines);
        for (int i = (ring.Count - 1) % step; i < ring.Count; i += step)
        {
            RingSample sample = ring[i];
            text.Append(CultureInfo.InvariantCulture, $"{(sample.TimestampUs - nowUs) / 1e6:0.000}");
            text.Append(CultureInfo.InvariantCulture, $" {Metrics.Key(Metric.MemoryCurrent)}={sample.Current}");
            Append(text, Metric.Anon, sample.Anon);
            Append(text, Metric.File, sample.File);
            Append(text, Metric.MemorySwapCurrent, sample.Swap);
            if (i + step < ring.Count)
                text.Append('\n');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Metric metric, ulong? value)
    {
        if (value is { } bytes)
            text.Append(CultureInfo.InvariantCulture, $" {Metrics.Key(metric)}={bytes}");
    }
}
