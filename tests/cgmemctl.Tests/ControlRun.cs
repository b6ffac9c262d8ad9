using Cgmemd.Linux.Varlink;

namespace Cgmemd.Control.Tests;

/// <summary>cgmemctl run against a real server in this process that serves what the test wants.</summary>
internal sealed class ControlRun : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemctl-").FullName;
    private readonly VarlinkServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _loop;
    private readonly StringWriter _out = new(), _error = new();

    internal ControlRun(Func<VarlinkCall, VarlinkReply>? handle = null)
    {
        Socket = Path.Combine(_directory, "socket");
        VarlinkService service = VarlinkService.ForDaemon("0.1.0", handle ?? CannedDaemon.Handle);
        _server = VarlinkServer.Listen(Socket, (UnixFileMode)0b110_000_000, service.Handle);
        _loop = new Thread(() =>
        {
            while (!_stop.IsCancellationRequested)
            {
                _server.OnReady(1);
                Thread.Yield();
            }
        });
        _loop.Start();
    }

    internal string Socket { get; }

    internal string Out => _out.ToString();

    internal string Error => _error.ToString();

    /// <summary>The host's history; none is there unless a test puts one there.</summary>
    internal string HistoryPath => Path.Combine(_directory, "history.db");

    /// <summary>Whether the host has <see cref="TestHistory"/>.</summary>
    internal bool HasHistory
    {
        init
        {
            if (value)
                TestHistory.Write(HistoryPath);
        }
    }

    /// <summary>Where the host's files are.</summary>
    internal HostFiles Host => new()
    {
        HistoryPath = HistoryPath,
        ConfigurationRoot = _directory,
        CgroupRoot = CgroupRoot,
        IsRoot = IsRoot,
    };

    /// <summary>The cgroups the host has; none of its own.</summary>
    internal string? CgroupRoot { get; init; }

    internal bool IsRoot { get; init; } = true;

    internal int? Width { get; init; } = 80;

    internal bool Color { get; init; }

    internal int Run(params string[] arguments) => RunExactly([.. arguments, $"--socket={Socket}"]);

    /// <summary>As <see cref="Run"/>, without the server's socket.</summary>
    internal int RunExactly(params string[] arguments)
    {
        var terminal = new Terminal(_out, _error, Width, IsTerminal: false, Color, new CannedClock());
        return CommandLine.Run(arguments, terminal, Host);
    }

    /// <summary>A session as a command has it.</summary>
    internal Session Session()
    {
        var options = new GlobalOptions();
        var root = new System.CommandLine.RootCommand();
        foreach (System.CommandLine.Option option in options.All)
            root.Add(option);
        var terminal = new Terminal(_out, _error, Width, IsTerminal: false, Color, new CannedClock());
        return new Session(terminal, options, root.Parse([$"--socket={Socket}"]), Host);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _loop.Join();
        _server.Dispose();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Always Sat 2026-11-21 10:00:00 UTC.</summary>
    private sealed class CannedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(CannedDaemon.NowUsec);
    }
}
