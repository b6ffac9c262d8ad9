using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cgmemd.Control.Tests.Top;

/// <summary>
/// A real terminal emulator with a shell in it: tmux(1), with a server of its own that nobody else sees. Screens are
/// waited for, since keys take the time they take.
/// </summary>
internal sealed class TmuxTerminal : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemctl-tmux-").FullName;

    internal TmuxTerminal(int columns, int rows, string locale = "C.UTF-8")
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string shell = $"env -i PATH=/usr/bin:/bin TERM=screen LC_ALL={locale} TZ=UTC PS1='$ ' " +
            $"DOTNET_ROOT={dotnet} HOME={_directory} DOTNET_CLI_TELEMETRY_OPTOUT=1 sh";
        Tmux("-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", shell);
        Tmux("set-option", "-g", "status", "off");
        Tmux("set-option", "-g", "window-size", "manual");
        Resize(columns, rows);
        WaitFor("the prompt", screen => screen.Contains('$', StringComparison.Ordinal));
    }

    /// <summary>Whether tmux is installed.</summary>
    internal static bool IsThere { get; } = File.Exists("/usr/bin/tmux");

    /// <summary>How cgmemctl is called there.</summary>
    internal static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "cgmemctl");

    /// <summary>Types a line for the shell.</summary>
    internal void Enter(string line)
    {
        Type(line);
        Press("Enter");
    }

    /// <summary>Types characters.</summary>
    internal void Type(string text) => Tmux("send-keys", "-l", text);

    /// <summary>Presses keys by tmux's names of them.</summary>
    internal void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    /// <summary>Sends a signal to a process in it.</summary>
    internal void Signal(string name, int pid) => Run("/bin/kill", ["-s", name, $"{pid}"]);

    internal void Resize(int columns, int rows) => Tmux("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>The lines of the screen, without the blanks at their ends and the empty lines at the end.</summary>
    internal string Screen() => string.Join(
        '\n', Tmux("capture-pane", "-p").Split('\n').Select(line => line.TrimEnd())).TrimEnd('\n');

    /// <summary>Waits until the screen is this golden one; takes the screen for it where they are made anew.</summary>
    internal void Shows(string golden)
    {
        if (Golden.IsUpdate)
            Thread.Sleep(2000);
        else
            Wait(screen => screen == Golden.Read(golden));
        Golden.Equal(Screen(), golden);
    }

    /// <summary>Waits until the screen is as wanted, and gives it.</summary>
    internal string WaitFor(string what, Func<string, bool> wanted)
    {
        string screen = "";
        return Wait(now => wanted(screen = now))
            ? screen
            : throw new TimeoutException($"no sight of {what} on this screen:\n{screen}");
    }

    public void Dispose()
    {
        Tmux("kill-server");
        Directory.Delete(_directory, recursive: true);
    }

    private bool Wait(Func<string, bool> wanted)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            if (wanted(Screen()))
                return true;
            Thread.Sleep(30);
        }
        while (Stopwatch.GetElapsedTime(start) < Patience);
        return false;
    }

    private string Tmux(params string[] arguments) =>
        Run("/usr/bin/tmux", ["-S", Path.Combine(_directory, "socket"), .. arguments]);

    private static string Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
    }
}
