using System.Globalization;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>The values of rules, for people and for machines.</summary>
public static class ValueText
{
    /// <summary>
    /// What a value is, as machines read it: <c>bytes</c>, <c>count</c>, <c>permyriad</c> or <c>usec</c>.
    /// </summary>
    public static string Name(ValueUnit unit) => unit switch
    {
        ValueUnit.Bytes => "bytes",
        ValueUnit.Count => "count",
        ValueUnit.Permyriad => "permyriad",
        _ => "usec",
    };

    /// <summary>What a name of these says; bytes where it is none, as older versions had nothing else.</summary>
    public static ValueUnit Parse(string? name) => name switch
    {
        "count" => ValueUnit.Count,
        "permyriad" => ValueUnit.Permyriad,
        "usec" => ValueUnit.Microseconds,
        _ => ValueUnit.Bytes,
    };

    /// <summary>What the value of an alert is, of which only the key is known, as in the history.</summary>
    public static ValueUnit UnitOf(string on) =>
        on.StartsWith("memory.events.", StringComparison.Ordinal) ? ValueUnit.Count
            : on.StartsWith("memory.pressure.", StringComparison.Ordinal) ? ValueUnit.Permyriad
            : on.StartsWith(TimeToLimitCondition.KeyPrefix, StringComparison.Ordinal) ? ValueUnit.Microseconds
            : ValueUnit.Bytes;

    /// <summary>A value with its unit, rounded: <c>1.2G</c>, <c>3</c>, <c>12.5%</c>, <c>9min 30s</c>.</summary>
    public static string Human(ValueUnit unit, ulong value) => unit switch
    {
        ValueUnit.Bytes => ByteSize.ToHuman(value),
        ValueUnit.Count => value.ToString(CultureInfo.InvariantCulture),
        ValueUnit.Permyriad => (value / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%",
        _ => Time(value),
    };

    // Beyond a year nobody plans by a forecast.
    private static string Time(ulong us)
    {
        TimeSpan year = TimeSpan.FromDays(365);
        if (us > year.TotalMicroseconds)
            return "more than a year";
        var span = TimeSpan.FromMicroseconds(us);
        TimeSpan step = span < TimeSpan.FromSeconds(1) ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(1);
        return TimeSpanText.Format(step * Math.Floor(span / step));
    }
}
