using System.Globalization;
using Cgmemd.Linux.Sqlite;
using Xunit;

namespace Cgmemd.Control.Tests.Top;

/// <summary>The program itself on a real terminal, as a person has it before them.</summary>
public sealed class TmuxTests : IDisposable
{
    private const string Settings = "stty -a | tr ' ' '\\n' | grep -xE -- '-?(icanon|echo|icrnl|ixon|isig);?'";
    private const string Restored = "isig\nicanon\necho";

    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemctl-top-").FullName;
    private readonly string _file;

    public TmuxTests()
    {
        _file = Path.Combine(_directory, "web1.db");
        string history = Path.Combine(_directory, "history.db");
        TestHistory.Write(history);
        using HistoryReader reader = HistoryReader.Open(history);
        reader.CopyTo(_file, null);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [TmuxFact]
    public void ThroughASnapshot()
    {
        using var terminal = new TmuxTerminal(80, 24);
        terminal.Enter($"cd {_directory}; alias top='{TmuxTerminal.Program} top'; clear; echo before");
        terminal.WaitFor("what is before", screen => screen == "before\n$");
        terminal.Enter("top --from web1.db");
        terminal.Shows("Top_in_tmux_start");
        terminal.Press("Down");
        terminal.Type("p");
        terminal.Press("Enter");
        terminal.Shows("Top_in_tmux_oom_kill");
        terminal.Type("[>t");
        terminal.Press("Up", "Up");
        terminal.Shows("Top_in_tmux_tree");
        terminal.Type(" ");
        terminal.Shows("Top_in_tmux_folded");
        terminal.Type(" /api");
        terminal.Shows("Top_in_tmux_filter");
        terminal.Press("Escape");
        terminal.Type("tg08:42");
        terminal.Press("Enter");
        terminal.Shows("Top_in_tmux_gap");
        terminal.Type("?");
        terminal.Shows("Top_in_tmux_help");
        terminal.Type("xl");
        terminal.Press("Down");
        terminal.Resize(40, 16);
        terminal.Shows("Top_in_tmux_40");
        terminal.Resize(200, 16);
        terminal.Shows("Top_in_tmux_200");
        terminal.Type("q");
        terminal.WaitFor("the prompt", screen => screen.EndsWith("\n$", StringComparison.Ordinal));
        terminal.Enter(Settings);
        terminal.WaitFor("the settings as before", s => s.EndsWith(Restored + "\n$", StringComparison.Ordinal));
    }

    [TmuxTheory]
    [InlineData("q", 0)]
    [InlineData("C-c", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("QUIT", 131)]
    public void TheTerminalIsGivenBack(string end, int exitCode)
    {
        using var terminal = new TmuxTerminal(80, 24);
        Start(terminal);
        if (end.All(char.IsAsciiLetterUpper))
            terminal.Signal(end, Pid());
        else
            terminal.Press(end);
        terminal.WaitFor("the prompt", screen => screen.EndsWith("\n$", StringComparison.Ordinal));
        terminal.Enter("echo code $?");
        string screen = terminal.WaitFor("the code", s => s.Contains($"code {exitCode}\n", StringComparison.Ordinal));
        Assert.StartsWith("before\n", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("USAGE", screen, StringComparison.Ordinal);
        terminal.Enter(Settings);
        terminal.WaitFor("the settings as before", s => s.EndsWith(Restored + "\n$", StringComparison.Ordinal));
    }

    [TmuxFact]
    public void ItIsStoppedAndGoesOn()
    {
        using var terminal = new TmuxTerminal(80, 24);
        Start(terminal);
        terminal.Press("C-z");
        terminal.WaitFor("the prompt", screen => screen.EndsWith("\n$", StringComparison.Ordinal));
        terminal.Enter(Settings);
        terminal.WaitFor("the settings as before", s => s.EndsWith(Restored + "\n$", StringComparison.Ordinal));
        terminal.Enter("fg");
        terminal.Shows("Top_in_tmux_start");
        terminal.Type("[");
        terminal.WaitFor(
            "a minute before", s => s.StartsWith("web1.db  Sat 2026-11-21 09:59:00", StringComparison.Ordinal));
    }

    /// <summary>Live, then for want of a history with the reason, and live still.</summary>
    [TmuxFact]
    public void LiveFromTheDaemon()
    {
        string socket;
        using var terminal = new TmuxTerminal(80, 12, locale: "C");
        using (var daemon = new ControlRun())
        {
            socket = daemon.Socket;
            terminal.Enter($"{TmuxTerminal.Program} top --socket={socket} -d 0.2");
            terminal.WaitFor("units", s => s.StartsWith("LIVE  ", StringComparison.Ordinal)
                && s.Contains("\nsystem-pos~in.service    2G  2.1G ", StringComparison.Ordinal));
            terminal.Press("Down", "Enter");
            terminal.WaitFor("details", s => s.Contains("why      71% anon", StringComparison.Ordinal));
            string first = terminal.Screen().Split('\n')[0];
            terminal.WaitFor("the next second", s => s.Split('\n')[0] != first);
        }

        terminal.WaitFor("the reason", s => s.Contains($"{socket}: ", StringComparison.Ordinal));
        terminal.Type("q");
        terminal.WaitFor("the prompt", screen => screen.EndsWith("\n$", StringComparison.Ordinal));
    }

    /// <summary>A terminal that can nothing gets a table.</summary>
    [TmuxFact]
    public void ADumbTerminalGetsATable()
    {
        using var terminal = new TmuxTerminal(80, 12);
        terminal.Enter($"clear; TERM=dumb {TmuxTerminal.Program} top --from {_file} --no-legend");
        terminal.WaitFor("the table", s => s.EndsWith(
            "\napi.service            222M  222M  512M  43.4%     0B  150M   60M     -   0.1  -\n$",
            StringComparison.Ordinal));
    }

    private void Start(TmuxTerminal terminal)
    {
        terminal.Enter($"cd {_directory}; clear; echo before");
        terminal.WaitFor("what is before", screen => screen == "before\n$");
        terminal.Enter($"sh -c 'echo $$ >pid; exec {TmuxTerminal.Program} top --from web1.db'");
        terminal.Shows("Top_in_tmux_start");
    }

    private int Pid() => int.Parse(File.ReadAllText(Path.Combine(_directory, "pid")), CultureInfo.InvariantCulture);

    private sealed class TmuxFactAttribute : FactAttribute
    {
        public TmuxFactAttribute() => Skip = TmuxTerminal.IsThere ? null : "skipped: tmux(1) is not installed";
    }

    private sealed class TmuxTheoryAttribute : TheoryAttribute
    {
        public TmuxTheoryAttribute() => Skip = TmuxTerminal.IsThere ? null : "skipped: tmux(1) is not installed";
    }
}
