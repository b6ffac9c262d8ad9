using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;
using Cgmemd.Core.Toml;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Configuration;

/// <summary>Rules: spikes, and what is kept of marked cycles.</summary>
public sealed partial class ConfigurationReader
{
    internal const string SettledWord = "settled";
    internal const string RollingWord = "rolling";

    // A dozen parts of less would hold no sample each.
    private static readonly TimeSpan ShortestSettle = TimeSpan.FromSeconds(10);

    private SpikeCondition? BindSpike(TomlEntry entry, Section section)
    {
        Metric? on = section.Choice("on", Metric.Anon, MetricWords);
        SpikeBaseline? baseline = BindBaseline(section);
        var (rise, rearm) = BindRise(section);
        Bound? newPeak = BindPositive(section, "new_peak"), noise = section.Bound("noise");
        TimeSpan settle = section.Time("settle", TimeSpan.FromMinutes(5));
        TimeSpan returnWithin = section.Time("return_within", Longer(TimeSpan.FromMinutes(15), settle));
        TimeSpan window = section.Time("window", TimeSpan.FromHours(1));
        if (settle < ShortestSettle)
            section.Fail(section.Find("settle")!, "settle must be 10s or more", 0);
        else if (returnWithin < settle)
            section.Fail(
                section.Find("return_within")!, "return_within is less than settle: nothing settles before", 0);
        if (window < TimeSpan.FromMinutes(1))
            section.Fail(section.Find("window")!, "window must be 1min or more", 0);
        else if (section.Find("window") is { } useless && baseline is { Kind: not BaselineKind.Rolling })
            section.Fail(useless, "window is that of a rolling baseline: add baseline = \"rolling\"", 0);
        if (baseline is { Kind: BaselineKind.Fixed, Bytes: 0 } && rise is { IsShare: true })
            section.Fail(section.Find("rise")!, "rise is a share, but the baseline is 0", 0);
        Need(entry, section, "rise");
        if (on is null || baseline is null || rise is not { } above || rearm is not { } below)
            return null;
        return new SpikeCondition(on.Value, baseline.Value, above, below)
        {
            NewPeak = newPeak ?? above,
            Noise = noise ?? SpikeCondition.TenthOf(above),
            Settle = settle,
            ReturnWithin = returnWithin,
            Window = window,
        };
    }

    private static SpikeBaseline? BindBaseline(Section section)
    {
        const string Wanted = $"baseline is \"{SettledWord}\", \"{RollingWord}\" or a size such as \"512M\"";
        if (section.Find("baseline") is not { } entry)
            return new SpikeBaseline(BaselineKind.Settled);
        if (entry.Value is not TomlString { Value: var text })
            return section.Fail<SpikeBaseline?>(entry, $"{Wanted}, not {entry.Value.Kind}", null);
        return text switch
        {
            SettledWord => new SpikeBaseline(BaselineKind.Settled),
            RollingWord => new SpikeBaseline(BaselineKind.Rolling),
            _ when ByteSize.TryParse(text, out ulong bytes) => new SpikeBaseline(BaselineKind.Fixed, bytes),
            _ => section.Fail<SpikeBaseline?>(
                entry, $"{Wanted}, not \"{text}\"", null, Spelling.Nearest(text, [SettledWord, RollingWord])),
        };
    }

    private static (Bound? Rise, Bound? Rearm) BindRise(Section section)
    {
        Bound? rise = BindPositive(section, "rise"), rearm = BindPositive(section, "rearm");
        if (section.Find("rearm") is not { } entry)
            return (rise, rise is { } whole ? SpikeCondition.HalfOf(whole) : null);
        if (rise is not { } upper || rearm is not { } lower)
            return (rise, rearm);
        SourcePosition place = section.Find("rise")!.Value.Position;
        if (upper.IsShare != lower.IsShare)
            section.Fail(entry, $"rearm is {Form(lower)}, but rise is {Form(upper)} ({place})", 0);
        else if (lower.Value > upper.Value)
            section.Fail(entry, $"rearm is more than rise ({place})", 0);
        return (rise, rearm);
    }

    private static Bound? BindPositive(Section section, string key)
    {
        Bound? bound = section.Bound(key);
        return bound is { Value: 0 }
            ? section.Fail<Bound?>(section.Find(key)!, $"{key} must be more than 0", null)
            : bound;
    }

    private CycleCondition? BindCycle(TomlEntry entry, Section section)
    {
        const int Fewest = 2;
        Metric? on = section.Choice("on", Metric.Anon, MetricWords);
        string? mark = section.Text("mark");
        var (above, clearBelow) = BindBounds(section);
        int minCycles = section.Count("min_cycles", 3);
        int cycles = section.Count("cycles", Math.Clamp(minCycles, 20, CycleCondition.MostCycles));
        TimeSpan settle = section.Time("settle", TimeSpan.Zero, isZeroAllowed: true);
        if (mark is "")
            section.Fail(section.Find("mark")!, "mark is empty: name the text of the marks, such as \"cycle-end*\"", 0);
        if (above is { IsShare: true })
            section.Fail(section.Find("above")!, "above is a size for each cycle here, such as \"1M\"", 0);
        if (minCycles is < Fewest or > CycleCondition.MostCycles)
            section.Fail(section.Find("min_cycles")!, $"min_cycles must be {Fewest} to {CycleCondition.MostCycles}", 0);
        else if (cycles > CycleCondition.MostCycles)
            section.Fail(section.Find("cycles")!, $"cycles must be {CycleCondition.MostCycles} at most", 0);
        else if (cycles < minCycles)
            section.Fail(section.Find("cycles")!, $"cycles is less than min_cycles ({minCycles})", 0);
        Need(entry, section, "mark", "above");
        return on is null || mark is null || above is not { IsShare: false } || clearBelow is not { IsShare: false }
            ? null
            : new CycleCondition(on.Value, mark, above.Value.Value, clearBelow.Value.Value, minCycles, cycles, settle);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
