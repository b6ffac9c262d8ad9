using System.Globalization;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.History;

/// <summary>What a cause is told from. Sizes are bytes; null is absent.</summary>
public readonly record struct CauseFacts
{
    public ulong? Current { get; init; }

    public ulong? Anon { get; init; }

    /// <summary>memory.stat.file: shmem is in it.</summary>
    public ulong? File { get; init; }

    public ulong? Shmem { get; init; }

    public ulong? Kernel { get; init; }

    /// <summary>How memory.current grows; negative as it shrinks.</summary>
    public double? BytesPerMinute { get; init; }

    /// <summary>Of memory.events, since the invocation's start.</summary>
    public ulong HighEvents { get; init; }

    public ulong MaxEvents { get; init; }

    public ulong OomKills { get; init; }
}

/// <summary>Why a unit uses what it uses, in one line: <c>81% anon, +38M/min, 4 high events</c>.</summary>
public static class Cause
{
    // One part alone tells enough when it is most of it.
    private const double Most = 2.0 / 3;

    // What does not change the use by a thousandth a minute, or by so many bytes, is called steady.
    private const double SteadyShare = 0.001;
    private const double SteadyBytes = 64 * 1024;

    /// <summary>What dominates, how it grows, and what the kernel did about it; null where nothing is known.</summary>
    public static string? Describe(in CauseFacts facts)
    {
        List<string> parts = [.. MadeOf(facts)];
        if (facts.BytesPerMinute is { } rate && facts.Current is { } current)
            parts.Add(Growth(rate, current));
        if (parts.Count == 0)
            return null;
        AddCount(parts, facts.HighEvents, "high event", "high events");
        AddCount(parts, facts.MaxEvents, "max event", "max events");
        AddCount(parts, facts.OomKills, "OOM kill", "OOM kills");
        return string.Join(", ", parts);
    }

    /// <summary>
    /// The slope of memory.current in bytes per minute, by least squares, which one odd sample does not turn round;
    /// null for less than two samples or half a minute of them.
    /// </summary>
    public static double? BytesPerMinute(IReadOnlyList<(long TimeUs, ulong Bytes)> samples)
    {
        const double minuteUs = 60_000_000;
        if (samples.Count < 2 || samples[^1].TimeUs - samples[0].TimeUs < minuteUs / 2)
            return null;
        long firstUs = samples[0].TimeUs;
        double meanTime = 0, meanBytes = 0;
        foreach (var (timeUs, bytes) in samples)
        {
            meanTime += (timeUs - firstUs) / minuteUs / samples.Count;
            meanBytes += (double)bytes / samples.Count;
        }

        double products = 0, squares = 0;
        foreach (var (timeUs, bytes) in samples)
        {
            double time = (timeUs - firstUs) / minuteUs - meanTime;
            products += time * (bytes - meanBytes);
            squares += time * time;
        }

        return products / squares;
    }

    private static IEnumerable<string> MadeOf(CauseFacts facts)
    {
        if (facts.Current is not ({ } current and > 0))
            return [];
        ulong shmem = facts.Shmem ?? 0;
        ulong? file = facts.File is { } all ? all - Math.Min(all, shmem) : null;
        Part[] parts =
        [
            new("anon", facts.Anon), new("file", file), new("shmem", facts.Shmem), new("kernel", facts.Kernel),
        ];
        Part[] largest = [.. parts.Where(part => part.Bytes is not null).OrderByDescending(part => part.Bytes)];
        int told = largest.Length > 0 && largest[0].ShareOf(current) >= Most ? 1 : 2;
        return largest.Take(told).Where(part => part.ShareOf(current) >= 0.01).Select(part =>
            string.Create(CultureInfo.InvariantCulture, $"{100 * part.ShareOf(current):0}% {part.Name}"));
    }

    private static string Growth(double perMinute, ulong current)
    {
        double size = Math.Abs(perMinute);
        return size < Math.Max(SteadyBytes, current * SteadyShare)
            ? "steady"
            : $"{(perMinute < 0 ? '-' : '+')}{ByteSize.ToHuman((ulong)size)}/min";
    }

    private static void AddCount(List<string> parts, ulong count, string one, string many)
    {
        if (count > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}"));
    }

    // A class: LINQ over structs is compiled anew for each of them.
    private sealed record Part(string Name, ulong? Bytes)
    {
        public double ShareOf(ulong current) => Math.Min((double)Bytes.GetValueOrDefault() / current, 1);
    }
}
