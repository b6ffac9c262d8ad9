using Cgmemd.Core.Attribution;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Toml;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Configuration;

/// <summary>Reads the configuration from its files, strictly: what is not known is an error.</summary>
public sealed partial class ConfigurationReader
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>More would not be a watch any more; less would not end.</summary>
    private static readonly Bound LeastShare = Bound.OfShare(1);
    private static readonly Bound MostShare = Bound.OfShare(1_000);

    /// <summary>What is kept of a unit goes as a chunk, of up to an hour.</summary>
    private static readonly TimeSpan LeastRetention = TimeSpan.FromHours(1);
    private static readonly TimeSpan MostRetention = TimeSpan.FromDays(3652.5);

    /// <summary>The write-ahead log and the samples of the last hour must fit.</summary>
    private const ulong LeastHistory = 32UL << 20;

    private readonly Problems _problems = new();

    private ConfigurationReader()
    {
    }

    /// <summary>
    /// Reads files in their order, a later one overriding an earlier key by key; a list is replaced as a whole. Never
    /// throws.
    /// </summary>
    public static ConfigurationResult Read(IReadOnlyList<SourceFile> files)
    {
        ConfigurationReader reader = new();
        TomlTable merged = new(default);
        foreach (SourceFile file in files)
        {
            TomlDocument document = TomlReader.Read(file.Path, file.Text.Span);
            reader._problems.Add(document);
            merged = merged.Overlay(document.Root);
        }

        Configuration configuration = reader.Bind(merged);
        IReadOnlyList<Diagnostic> problems = reader._problems.Sorted();
        return new ConfigurationResult(
            problems.Count == 0 ? configuration : null, problems, [.. files.Select(f => f.Path)], merged);
    }

    private Configuration Bind(TomlTable merged)
    {
        Section top = new(merged, "the file", _problems);
        Configuration configuration = new(
            BindSampling(Child(top, "sampling")),
            BindPss(Child(top, "pss")),
            BindJournal(Child(top, "journal")),
            BindHistory(Child(top, "history")),
            BindCaptures(Child(top, "captures")),
            BindActionOptions(Child(top, "actions")),
            BindBreakdown(Child(top, "breakdown")),
            BindEach(top, "watch", BindWatch),
            BindEach(top, "rule", BindRule));
        CheckInhibitions(configuration.Rules, top);
        top.RefuseUnknown();
        return configuration;
    }

    private Section Child(Section top, string name)
    {
        TomlEntry? entry = top.Find(name);
        if (entry is not null && entry.Value is not TomlTable)
            _problems.Add(entry.Value.Position, $"{name} is a table: write [{name}]");
        return new Section(entry?.Value as TomlTable, $"[{name}]", _problems);
    }

    // The tables [kind.NAME], in the order of the files.
    private List<T> BindEach<T>(Section top, string kind, Func<TomlEntry, Section, T?> bind)
        where T : class
    {
        List<T> bound = [];
        TomlEntry? all = top.Find(kind);
        if (all is not null && all.Value is not TomlTable)
            _problems.Add(all.Value.Position, $"{kind} holds tables: write [{kind}.NAME]");
        foreach (TomlEntry entry in (all?.Value as TomlTable)?.Entries ?? [])
        {
            if (!IsName(entry.Name))
                _problems.Add(entry.Position, $"a name is up to 64 letters, digits, '-' and '_', not \"{entry.Name}\"");
            else if (entry.Value is not TomlTable table)
                _problems.Add(entry.Position, $"[{kind}] holds tables: write [{kind}.NAME], and the keys below it");
            else if (bind(entry, new Section(table, $"[{kind}.{entry.Name}]", _problems)) is { } item)
                bound.Add(item);
        }

        return bound;
    }

    // Names are fields of journal entries and parts of file names.
    private static bool IsName(string name) => name.Length is > 0 and <= 64
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static SamplingOptions BindSampling(Section section)
    {
        SamplingOptions absent = SamplingOptions.Default;
        TomlEntry? least = section.Find("min_interval");
        SamplingOptions options = new(
            section.Time("interval", absent.Interval), section.Time("min_interval", absent.MinInterval));
        if (least is not null && options.MinInterval < LeastInterval)
            section.Fail(least, "min_interval must be 10ms or more", 0);
        if (options.MinInterval > options.Interval && (least ?? section.Find("interval")) is { } culprit)
            section.Fail(culprit, $"min_interval ({TimeSpanText.Format(options.MinInterval)}) is more than "
                + $"interval ({TimeSpanText.Format(options.Interval)})", 0);
        section.RefuseUnknown();
        return options;
    }

    private static PssOptions BindPss(Section section)
    {
        PssOptions absent = PssOptions.Default;
        PssOptions options = new(
            section.Flag("enabled", absent.Enabled),
            section.Time("interval", absent.Interval),
            section.Share("share", absent.Share, LeastShare, MostShare),
            section.Share("target_share", absent.TargetShare, LeastShare, MostShare));
        section.RefuseUnknown(("budget", "share"), ("max_process_size", "target_share"));
        return options;
    }

    private static JournalOptions BindJournal(Section section)
    {
        bool isNever = section.Find("usage_interval")?.Value is TomlString { Value: "infinity" };
        JournalOptions options = new(isNever
            ? TimeSpan.Zero
            : section.Time("usage_interval", JournalOptions.Default.UsageInterval, isZeroAllowed: true));
        section.RefuseUnknown();
        return options;
    }

    private static HistoryOptions BindHistory(Section section)
    {
        HistoryOptions absent = HistoryOptions.Default;
        HistoryOptions options = new(
            section.Flag("enabled", absent.Enabled),
            section.Time("full_retention", absent.FullRetention, longest: MostRetention),
            section.Time("minute_retention", absent.MinuteRetention, longest: MostRetention),
            section.Time("hour_retention", absent.HourRetention, longest: MostRetention),
            section.Size("max_bytes", absent.MaxBytes),
            section.Size("keep_free", absent.KeepFree));
        RefuseShorter(section, "minute_retention", options.MinuteRetention, "full_retention", options.FullRetention);
        RefuseShorter(section, "hour_retention", options.HourRetention, "minute_retention", options.MinuteRetention);
        if (section.Find("full_retention") is { } full && options.FullRetention < LeastRetention)
            section.Fail(full, $"full_retention must be {TimeSpanText.Format(LeastRetention)} or more", 0);
        if (section.Find("max_bytes") is { } bytes && options.MaxBytes < LeastHistory)
            section.Fail(bytes, $"max_bytes must be {ByteSize.ToExact(LeastHistory)} or more: write "
                + "enabled = false for no history", 0, ByteSize.ToExact(LeastHistory));
        section.RefuseUnknown();
        return options;
    }

    // A summary that goes before what it sums up would be of no use to anybody.
    private static void RefuseShorter(Section section, string coarse, TimeSpan kept, string fine, TimeSpan atLeast)
    {
        if (kept < atLeast && (section.Find(coarse) ?? section.Find(fine)) is { } culprit)
            section.Fail(culprit, $"{coarse} ({TimeSpanText.FormatDays(kept)}) is less than "
                + $"{fine} ({TimeSpanText.FormatDays(atLeast)})", 0);
    }

    private static CaptureOptions BindCaptures(Section section)
    {
        CaptureOptions absent = CaptureOptions.Default;
        CaptureOptions options = new(
            section.Count("max_count", absent.MaxCount),
            section.Size("max_bytes", absent.MaxBytes),
            section.Size("keep_free", absent.KeepFree),
            section.Time("cooldown", absent.Cooldown, isZeroAllowed: true))
        {
            BeforeOomdKill = section.Time(
                "before_oomd_kill", absent.BeforeOomdKill, isZeroAllowed: true, longest: TimeSpan.FromMinutes(1)),
        };
        section.RefuseUnknown();
        return options;
    }

    private BreakdownOptions BindBreakdown(Section section)
    {
        BreakdownOptions options = new(section.Strings("redact", [], isEmptyAllowed: true));
        RefuseItems(section.Find("redact"), Redaction.IsPattern,
            "redact takes paths from their slash on, such as \"/srv/clients/*\", and \"memfd:NAME\", \"anon:NAME\"");
        section.RefuseUnknown();
        return options;
    }

    private Watch? BindWatch(TomlEntry entry, Section section)
    {
        Watch watch = new(
            entry.Name,
            section.Strings("units", []),
            section.Strings("slices", []),
            section.Strings("cgroups", []),
            section.Strings("exclude", [], isEmptyAllowed: true));
        RefuseItems(section.Find("slices"), s => s.EndsWith(".slice", StringComparison.Ordinal) || s.EndsWith('*'),
            "a slice ends in .slice");
        RefuseItems(section.Find("cgroups"), s => s.StartsWith('/'),
            "a cgroup is a path below the cgroup root, such as \"/system.slice/api.service\"");
        section.RefuseUnknown();
        bool isNothing = section.Find("units") is null && section.Find("slices") is null
            && section.Find("cgroups") is null;
        if (isNothing && !_problems.HasSyntaxErrors)
            _problems.Add(entry.Position, $"[watch.{entry.Name}] needs units, slices or cgroups to watch");
        return watch;
    }

    private void RefuseItems(TomlEntry? entry, Func<string, bool> isRight, string message)
    {
        foreach (TomlValue item in (entry?.Value as TomlArray)?.Items ?? [])
        {
            if (item is TomlString { Value.Length: > 0 } text && !isRight(text.Value))
                _problems.Add(item.Position, message);
        }
    }
}
