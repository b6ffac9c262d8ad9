using System.Diagnostics;
using System.Globalization;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>A process that records what can be foretold, to be killed; see Cgmemd.HistoryDriver.</summary>
internal sealed class DriverProcess : IDisposable
{
    private readonly Process _process;

    public DriverProcess(string path, int run, int commitIntervalMs, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Cgmemd.HistoryDriver.dll"));
        start.ArgumentList.Add(path);
        start.ArgumentList.Add(run.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(commitIntervalMs.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
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
