using System.Diagnostics;
using Cgmemd.Linux.Sqlite;
using Xunit;

namespace Cgmemd.Control.Tests;

/// <summary>The commands that write files, and that what they write is read again.</summary>
public sealed class HistoryFileTests : IDisposable
{
    private const string Promtool = "/usr/bin/promtool";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "cgmemctl");

    private readonly string _folder = Directory.CreateTempSubdirectory("cgmemctl-files-").FullName;

    [Fact]
    public void ASnapshotIsOneFileForItsOwnerThatEveryCommandReads()
    {
        string file = Path.Combine(_folder, "copy.db");
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run("snapshot", file));
        Assert.StartsWith($"{file}: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(_folder));

        string[] commands = ["history api", "invocations", "events", "show api", "export", "export api"];
        foreach (string command in commands)
        {
            using var original = new ControlRun { HasHistory = true };
            using var copy = new ControlRun();
            // What a snapshot calls now is the last time in it, which here is the clock's now.
            string[] words = command == "show api" ? ["show", "api", "--at", "now"] : command.Split(' ');
            Assert.Equal(0, original.Run(words));
            Assert.Equal(0, copy.Run([.. words, "--from", file]));
            Assert.Equal(original.Out, copy.Out);
            Assert.NotEqual("", copy.Out);
        }

        using var again = new ControlRun { HasHistory = true };
        Assert.Equal(1, again.Run("snapshot", file));
        Assert.Contains(file, again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void SqliteTablesHoldWhatTheHistoryHolds()
    {
        string file = Path.Combine(_folder, "tables.sqlite");
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run("export", "--format=sqlite", "-o", file, "--fields", "current,memory.high,pss"));
        Assert.Equal("", run.Error);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using var csv = new ControlRun { HasHistory = true };
        Assert.Equal(0, csv.Run("export", "--fields", "current,memory.high,pss"));
        int rows = csv.Out.Split("\r\n").Length - 2;

        Assert.Equal($"{rows}", Query(file, "SELECT count(*) FROM sample"));
        Assert.Equal("integer|text|null", Query(file, """
            SELECT typeof("memory.current"), typeof("memory.high"), typeof(pss) FROM sample ORDER BY rowid LIMIT 1
            """, 3));
        Assert.Equal("4|8|1|1|2|2", Query(file, """
            SELECT (SELECT count(*) FROM invocation), (SELECT count(*) FROM event), (SELECT count(*) FROM alert),
                (SELECT count(*) FROM capture), (SELECT count(*) FROM mark), (SELECT count(*) FROM gap)
            """, 6));
        Assert.Equal("oom-kill|536870912", Query(file, """
            SELECT result, "memory.peak" FROM invocation WHERE oom_kills = 1
            """, 2));
        Assert.Equal("ok", Query(file, "PRAGMA integrity_check"));

        using var again = new ControlRun { HasHistory = true };
        Assert.Equal(1, again.Run("export", "--format=sqlite", "-o", file));
        Assert.Contains(file, again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExportIntoAFileIsTheOneToStandardOutput()
    {
        string file = Path.Combine(_folder, "export.csv");
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run("export", "-o", file));
        Assert.Equal("", run.Out);
        using var direct = new ControlRun { HasHistory = true };
        Assert.Equal(0, direct.Run("export"));
        Assert.Equal(direct.Out, File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    /// <summary>A real process, ended in the middle: neither half a file nor its directory is left.</summary>
    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public void WhereASignalEndsItNothingIsLeft(string signal, int exitCode)
    {
        string history = Path.Combine(_folder, "h.db"), target = Directory.CreateDirectory(
            Path.Combine(_folder, "target")).FullName;
        TestHistory.Write(history);
        // It may be done before the signal comes, on a busy host; mostly it is not.
        for (int attempt = 0; attempt < 20; attempt++)
        {
            string file = Path.Combine(target, $"{attempt}");
            // Who starts the tests in the background has them ignore SIGINT, and what they start.
            using Process process = Process.Start(
                "env", ["--default-signal", Program, "export", "--format=sqlite", "-o", file, "--from", history]);
            while (!process.HasExited && Directory.GetDirectories(target).Length == 0)
                Thread.Yield();
            Run("/bin/kill", "-s", signal, $"{process.Id}");
            process.WaitForExit();
            Assert.Empty(Directory.GetDirectories(target));
            if (process.ExitCode == exitCode)
            {
                Assert.False(File.Exists(file));
                return;
            }
        }

        Assert.Fail($"{signal} never came in time");
    }

    [ProgramFact(Promtool, "prometheus")]
    public void PrometheusTakesTheOpenMetrics()
    {
        string text = Path.Combine(_folder, "metrics.txt"), blocks = Path.Combine(_folder, "blocks");
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run("export", "--format=openmetrics", "-o", text));
        Run(Promtool, "tsdb", "create-blocks-from", "openmetrics", text, blocks);
        Assert.NotEmpty(Directory.GetDirectories(blocks));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Query(string file, string sql, int columns = 1)
    {
        using SqliteDatabase database = SqliteDatabase.OpenReadOnly(file, TimeSpan.Zero);
        using SqliteStatement statement = database.Prepare(sql);
        Assert.True(statement.Step());
        return string.Join('|', Enumerable.Range(0, columns).Select(statement.Text));
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
    }

    /// <summary>A test that needs a program of another package; skipped where that is not installed.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ProgramFactAttribute : FactAttribute
    {
        public ProgramFactAttribute(string path, string package)
        {
            if (!File.Exists(path))
                Skip = $"{path} of the package {package} is not installed";
        }
    }
}
