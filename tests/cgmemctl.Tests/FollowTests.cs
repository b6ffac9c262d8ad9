using System.Text;
using Cgmemd.Linux.Sqlite;
using Xunit;

namespace Cgmemd.Control.Tests;

public sealed class FollowTests : IDisposable
{
    private readonly string _file = Path.Combine(
        Directory.CreateTempSubdirectory("cgmemctl-follow-").FullName, "history.db");
    private readonly CancellationTokenSource _stop = new();
    private readonly LineWriter _out = new();

    [Fact]
    public void EventsAreFollowedOverARestartAndANewFile()
    {
        TestHistory.Write(_file);
        var terminal = new Terminal(_out, TextWriter.Null, 80, IsTerminal: false, Color: false, TimeProvider.System)
        {
            Stop = _stop.Token,
        };
        int exitCode = -1;
        string[] command = ["events", "-f", "-n", "1", "-u", "api*"];
        var host = new HostFiles { HistoryPath = _file };
        var follower = new Thread(() => exitCode = CommandLine.Run(command, terminal, host));
        follower.Start();
        Assert.EndsWith(" started         api.service: watching its memory", _out.Next(), StringComparison.Ordinal);

        Add("postgresql.service", "of no interest");
        Add("api.service", "the first");
        Assert.EndsWith(" alert-firing    api.service: the first", _out.Next(), StringComparison.Ordinal);
        Add("api.service", "the second");
        Assert.EndsWith(" alert-firing    api.service: the second", _out.Next(), StringComparison.Ordinal);

        // As the daemon does with one that is damaged.
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(_file)!))
            File.Delete(file);
        Add("api.service", "in a new file");
        Assert.EndsWith(" alert-firing    api.service: in a new file", _out.Next(), StringComparison.Ordinal);

        _stop.Cancel();
        follower.Join();
        Assert.Equal(0, exitCode);
        Assert.Equal(0, _out.Left);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _out.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    private void Add(string unit, string message)
    {
        using HistoryStore store = TestHistory.Open(_file);
        store.Begin();
        TestHistory.AddEvent(store, CannedDaemon.NowUsec, "alert-firing", unit, null, message);
        store.Commit();
    }

    /// <summary>Lines from one thread to another.</summary>
    private sealed class LineWriter : TextWriter
    {
        private readonly System.Collections.Concurrent.BlockingCollection<string> _lines = [];

        public override Encoding Encoding => Encoding.UTF8;

        internal int Left => _lines.Count;

        public override void WriteLine(string? value) => _lines.Add(value ?? "");

        internal string Next() => _lines.TryTake(out string? line, TimeSpan.FromMinutes(1))
            ? line
            : throw new TimeoutException("no event came");

        protected override void Dispose(bool disposing)
        {
            _lines.Dispose();
            base.Dispose(disposing);
        }
    }
}
