using Cgmemd.Core.Samples;

namespace Cgmemd.Core.History;

/// <summary>How a field's values behave, and so how they are summed up over time.</summary>
public enum FieldKind : byte
{
    /// <summary>A value of the moment: a longer span has a least, a greatest, a mean and a last one.</summary>
    Gauge,

    /// <summary>A raw counter of the kernel's, which grows until its cgroup ends: the last one tells all.</summary>
    Counter,
}

/// <summary>One column of the history.</summary>
/// <param name="Id">Its number in chunks: never changed, never used again.</param>
/// <param name="Key">The kernel's key, such as <c>memory.stat.anon</c>.</param>
/// <param name="Kind">A gauge or a counter.</param>
/// <param name="Metric">What of a sample it holds; null for limits and marks of exactness.</param>
public sealed record HistoryField(int Id, string Key, FieldKind Kind, Metric? Metric);
