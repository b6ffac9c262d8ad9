using System.Diagnostics;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>
/// A recorder that is given a sample of one unit every few milliseconds: the first has 0 for its memory.current, the
/// next 1, and so on.
/// </summary>
internal sealed class RecorderRig : IDisposable
{
    public const string Unit = "api.service";

    /// <summary>What cannot be told by now never will be; nothing that is asserted takes this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HistorySeries _series;

    public RecorderRig(string path, HistoryPace? pace = null, HistoryOptions? options = null)
    {
        Path = path;
        Recorder = new HistoryRecorder(path, BootId, TimeProvider.System, () => { }, pace ?? Pace);
        Recorder.Configure(options ?? HistoryOptions.Default with { KeepFree = 0 });
        _series = Recorder.Begin(Life());
        Recorder.EndFirstPass();
    }

    public static string BootId { get; } = new('b', 32);

    /// <summary>Some hundred times faster than life.</summary>
    public static HistoryPace Pace { get; } = new()
    {
        CommitInterval = TimeSpan.FromMilliseconds(20),
        EventInterval = TimeSpan.FromMilliseconds(5),
        LockPatience = TimeSpan.FromSeconds(1),
        FirstRetry = TimeSpan.FromMilliseconds(20),
        LongestRetry = TimeSpan.FromMilliseconds(100),
    };

    public string Path { get; }

    public HistoryRecorder Recorder { get; }

    public List<HistoryNotice> Notices { get; } = [];

    public IEnumerable<HistoryNoticeKind> Kinds => Notices.Select(notice => notice.Kind);

    /// <summary>Samples given so far.</summary>
    public ulong Given { get; private set; }

    public static Invocation Life(string unit = Unit, ulong cgroupId = 7) => new()
    {
        Unit = unit,
        Kind = InvocationKind.Unit,
        Cgroup = "/system.slice/" + unit,
        CgroupId = cgroupId,
        BootId = BootId,
        Start = Now(),
    };

    public static HistoryTime Now() => new(TimeProvider.System.RealtimeUs(), TimeProvider.System.NowUs());

    /// <summary>Gives one sample.</summary>
    /// <param name="time">Its time; null for now.</param>
    /// <param name="noise">Fills it with what cannot be compressed; null for memory.current alone.</param>
    public void Sample(HistoryTime? time = null, Random? noise = null)
    {
        var sample = default(Sample);
        for (Metric metric = Metric.Anon; noise is not null && metric <= Metric.PidsCurrent; metric++)
            sample.Set(metric, (ulong)noise.NextInt64());
        sample.Set(Metric.MemoryCurrent, Given++);
        Recorder.Sample(_series, sample, default, isFull: true, hasNewPss: false, time ?? Now());
    }

    /// <summary>Goes on with samples until something holds.</summary>
    public void Until(Func<bool> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < Patience, $"still {Recorder.Status}, after {string.Join("; ", Notices)}");
            Sample();
            Thread.Sleep(5);
            while (Recorder.TryTakeNotice(out HistoryNotice? notice))
                Notices.Add(notice!);
        }
    }

    /// <summary>Goes on until something is said.</summary>
    public void UntilSaid(HistoryNoticeKind kind) => Until(() => Kinds.Contains(kind));

    /// <summary>Goes on until one more sample is committed.</summary>
    public void UntilCommitted()
    {
        Sample();
        HistoryStatus status = Recorder.Status;
        long missing = (long)Given - status.SamplesLost;
        Until(() => Recorder.Status.SamplesWritten >= missing);
    }

    /// <summary>Stops, and tells which samples the file has.</summary>
    public HashSet<ulong> StopAndRead()
    {
        Recorder.Stop();
        return Read(Path);
    }

    public static HashSet<ulong> Read(string path)
    {
        using HistoryReader reader = HistoryReader.Open(path);
        List<ulong> found = [.. reader.Rows(Unit, HistoryRange.All, null, [HistoryFields.Find("memory.current")!])
            .Select(row => row.Values[0]!.Value.Last)];
        Assert.Empty(reader.Problems);
        // None twice: a commit that was in doubt and was made all the same is not made again.
        Assert.Equal(found.Count, found.Distinct().Count());
        return [.. found];
    }

    /// <summary>That all that was given is there, from one sample on.</summary>
    public void StopAndExpectAll(ulong from = 0)
    {
        HashSet<ulong> found = StopAndRead();
        Assert.Equal(0, Recorder.Status.SamplesLost);
        for (ulong n = from; n < Given; n++)
            Assert.Contains(n, found);
    }

    public List<Gap> Gaps()
    {
        using HistoryReader reader = HistoryReader.Open(Path);
        return [.. reader.Gaps(HistoryRange.All)];
    }

    public void Dispose() => Recorder.Dispose();
}
