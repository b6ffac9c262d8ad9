using System.Text;
using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Kernel;

/// <summary>
/// A flat keyed cgroup file whose keys are metrics. Keys that are no metric are skipped, for newer kernels add some;
/// metrics without a key stay absent, for older kernels lack some.
/// </summary>
/// <remarks>Source: Documentation/admin-guide/cgroup-v2.rst, "Format": <c>KEY0 VAL0\n KEY1 VAL1\n</c>.</remarks>
internal sealed class FlatKeyed
{
    private readonly byte[][] _keys;
    private readonly Metric[] _metrics;

    /// <summary>
    /// The file whose keys are the metrics' keys behind <paramref name="prefix"/>, as in memory.stat.
    /// </summary>
    internal FlatKeyed(string prefix)
    {
        var keys = new List<byte[]>();
        var metrics = new List<Metric>();
        for (int i = 0; i < Metrics.Count; i++)
        {
            string key = Metrics.Key((Metric)i);
            if (!key.StartsWith(prefix, StringComparison.Ordinal) || key.IndexOf('.', prefix.Length) >= 0)
                continue;
            keys.Add(Encoding.UTF8.GetBytes(key[prefix.Length..]));
            metrics.Add((Metric)i);
        }

        _keys = [.. keys];
        _metrics = [.. metrics];
    }

    /// <summary>Sets the metrics found; when a line is malformed, clears all of this file's metrics instead.</summary>
    internal bool TryParse(ReadOnlySpan<byte> text, ref Sample sample)
    {
        var lines = new KernelText(text);
        int next = 0;
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            int space = line.IndexOf((byte)' ');
            if (space <= 0 || !KernelNumber.TryParse(line[(space + 1)..], out ulong value))
            {
                Clear(ref sample);
                return false;
            }

            int found = Find(line[..space], next);
            if (found < 0)
                continue;
            sample.Set(_metrics[found], value);
            next = found + 1;
        }

        return !text.IsEmpty;
    }

    // The kernel's order is the table's order, so the first comparison nearly always hits.
    private int Find(ReadOnlySpan<byte> key, int next)
    {
        for (int i = 0; i < _keys.Length; i++)
        {
            int candidate = (next + i) % _keys.Length;
            if (key.SequenceEqual(_keys[candidate]))
                return candidate;
        }

        return -1;
    }

    private void Clear(ref Sample sample)
    {
        foreach (Metric metric in _metrics)
            sample.Clear(metric);
    }
}
