using Cgmemd.Core.Configuration;
using Cgmemd.Core.History;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

/// <summary>A history in a directory of its own, with its writer.</summary>
internal sealed class HistoryFile : IDisposable
{
    public const string Boot = "00000000000000000000000000000b01";
    public const long StartUs = 1_790_000_000_000_000;
    public const long Second = 1_000_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;

    public HistoryFile() => Store = HistoryStore.Open(FilePath, Boot);

    public string FilePath => Path.Combine(_directory, "history.db");

    public HistoryStore Store { get; private set; }

    public string Beside(string name) => Path.Combine(_directory, name);

    /// <summary>So long after the start; the monotonic clock began an hour before it.</summary>
    public static HistoryTime At(double seconds) =>
        new(StartUs + (long)(seconds * Second), (long)((3600 + seconds) * Second));

    public HistoryReader Read() => HistoryReader.Open(FilePath);

    public void Reopen(string boot = Boot)
    {
        Store.Dispose();
        Store = HistoryStore.Open(FilePath, boot);
    }

    public void Close() => Store.Dispose();

    public void InTransaction(Action<HistoryStore> action)
    {
        Store.Begin();
        action(Store);
        Store.Commit();
    }

    /// <summary>Upkeep until nothing is due.</summary>
    public void Settle(HistoryTime now, HistoryOptions? options = null)
    {
        while (Store.Maintain(now, options ?? HistoryOptions.Default, null))
        {
        }
    }

    /// <summary>Samples a unit, with a commit and upkeep every so many seconds.</summary>
    /// <returns>The invocation's number, and what was sampled.</returns>
    public (long Id, List<(HistoryTime Time, Cgmemd.Core.Samples.Sample Sample)> Samples) Record(
        SimulatedUnit unit, double from, double until, double commitAfter = 300,
        Func<double, HistoryTime>? clock = null, HistoryOptions? options = null)
    {
        clock ??= At;
        var samples = new List<(HistoryTime, Cgmemd.Core.Samples.Sample)>();
        long id = 0;
        InTransaction(store => id = store.BeginInvocation(unit.Start(clock(from))));
        for (double begin = from; begin < until; begin += commitAfter)
        {
            InTransaction(store =>
            {
                for (double t = begin; t < Math.Min(until, begin + commitAfter); t += 5)
                {
                    store.AppendSample(id, clock(t), unit.Next(clock(t)));
                    samples.Add((clock(t), unit.Sample));
                }
            });
            Store.Maintain(clock(begin + commitAfter), options ?? HistoryOptions.Default, null);
        }

        return (id, samples);
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
