using System.Diagnostics;
using System.Globalization;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>A process that records what can be foretold, to be killed; see Cgmemd.HistoryDriver.</summary>
internal sealed class DriverProcess : IDisposable
{
    private readonly Process _process;

    public DriverProcess(string path, int run, int commitIntervalMs, params (string Name, string Value)[] environment)
        : this(
            [path, run.ToString(CultureInfo.InvariantCulture), commitIntervalMs.ToString(CultureInfo.InvariantCulture)],
            environment)
    {
    }

    private DriverProcess(string[] arguments, params (string Name, string Value)[] environment)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Cgmemd.HistoryDriver.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments]) { RedirectStandardOutput = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
    }

    public int Pid => _process.Id;

    /// <summary>One that is in the middle of copying a history, and stays there.</summary>
    public static DriverProcess Copying(string path)
    {
        var driver = new DriverProcess(["--copy", path]);
        Assert.Equal("copying", driver._process.StandardOutput.ReadLine());
        return driver;
    }

    /// <summary>So many samples of this run it said to be committed.</summary>
    public long Committed { get; private set; }

    /// <summary>So many it said to be lost.</summary>
    public long Lost { get; private set; }

    /// <summary>Its notices so far, such as <c>Unavailable PROBLEM</c>.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Takes its next line; false where it ends.</summary>
    public bool Read()
    {
        if (_process.StandardOutput.ReadLine() is not { } line)
            return false;
        string[] words = line.Split(' ', 2);
        switch (words[0])
        {
            case "committed":
                Committed = long.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            case "lost":
                Lost = long.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            case "notice":
                Notices.Add(words[1]);
                break;
        }

        return true;
    }

    /// <summary>Reads until something holds.</summary>
    public void ReadUntil(Func<bool> holds)
    {
        while (!holds())
            Assert.True(Read(), $"the driver ended with {string.Join("; ", Notices)}");
    }

    /// <summary>SIGKILL. What it had said before is read to its end.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        while (Read())
        {
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
