using System.Text.Json;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Capture;

/// <summary>The head of a capture's file: what it is of and why, the samples before, the cgroup's own files.</summary>
internal static class CaptureJson
{
    /// <summary>The form of the file. A reader that does not know it must not guess.</summary>
    private const int FormatVersion = 1;

    /// <summary>The files of the cgroup kept verbatim; those the kernel lacks are left out.</summary>
    private static readonly string[] CgroupFiles =
    [
        "memory.current", "memory.peak", "memory.high", "memory.max", "memory.swap.current", "memory.swap.max",
        "memory.stat", "memory.events", "memory.events.local", "memory.pressure", "pids.current", "cgroup.stat",
    ];

    public static void WritePlan(Utf8JsonWriter json, CapturePlan plan)
    {
        json.WriteNumber("cgmemd_capture", FormatVersion);
        json.WriteString("kind", "smaps");
        json.WriteString("unit", plan.Unit);
        json.WriteString("cgroup", plan.CgroupPath);
        json.WriteNumber("cgroup_id", plan.CgroupId);
        json.WriteString("invocation_id", plan.InvocationId);
        json.WriteString("boot_id", plan.BootId);
        json.WriteNumber("time_usec", plan.TimeUs);
        json.WriteStartObject("trigger");
        json.WriteString("rule", plan.Trigger.Rule);
        json.WriteString("severity", SeverityText.Of(plan.Trigger.Severity));
        json.WriteString("on", plan.Trigger.On);
        json.WriteString("unit", ValueText.Name(plan.Trigger.Unit));
        json.WriteNumber("value", plan.Trigger.Value);
        json.WriteNumber("threshold", plan.Trigger.Threshold);
        json.WriteNumber("episode", plan.Trigger.Episode);
        json.WriteEndObject();
        json.WriteStartObject("limits");
        WriteLimit(json, "memory.high", plan.Limits.High);
        WriteLimit(json, "memory.max", plan.Limits.Max);
        WriteLimit(json, "memory.swap.max", plan.Limits.SwapMax);
        WriteLimit(json, "effective_memory.high", plan.Limits.EffectiveHigh);
        WriteLimit(json, "effective_memory.max", plan.Limits.EffectiveMax);
        json.WriteEndObject();
        WriteSamples(json, plan);
    }

    public static void WriteCgroupFiles(Utf8JsonWriter json, string directory)
    {
        json.WriteStartObject("cgroup_files");
        foreach (string name in CgroupFiles)
        {
            try
            {
                json.WriteString(name, File.ReadAllText(Path.Combine(directory, name)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not on this kernel, or the cgroup is gone by now: absent.
            }
        }

        json.WriteEndObject();
    }

    private static void WriteSamples(Utf8JsonWriter json, CapturePlan plan)
    {
        json.WriteStartObject("sample");
        for (int i = 0; i < Metrics.Count; i++)
        {
            if (plan.Sample.TryGet((Metric)i, out ulong value))
                json.WriteNumber(Metrics.Key((Metric)i), value);
        }

        json.WriteEndObject();
        long newestUs = plan.Before.Count == 0 ? 0 : plan.Before[^1].TimestampUs;
        json.WriteStartArray("samples_before");
        foreach (RingSample sample in plan.Before)
        {
            json.WriteStartObject();
            json.WriteNumber("age_usec", newestUs - sample.TimestampUs);
            json.WriteNumber(Metrics.Key(Metric.MemoryCurrent), sample.Current);
            WriteOptional(json, Metric.Anon, sample.Anon);
            WriteOptional(json, Metric.File, sample.File);
            WriteOptional(json, Metric.MemorySwapCurrent, sample.Swap);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, Metric metric, ulong? value)
    {
        if (value is { } bytes)
            json.WriteNumber(Metrics.Key(metric), bytes);
    }

    private static void WriteLimit(Utf8JsonWriter json, string name, ByteLimit limit)
    {
        if (limit.IsFinite)
            json.WriteNumber(name, limit.Bytes);
        else
            json.WriteNull(name);
    }
}
