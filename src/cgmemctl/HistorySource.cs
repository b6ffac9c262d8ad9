using System.CommandLine;
using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Control;

/// <summary>The history that a command reads: this host's, or with <c>--from</c> a snapshot of any.</summary>
internal sealed class HistorySource : IDisposable
{
    private HistorySource(HistoryReader reader, string path, bool isSnapshot, long nowUs)
    {
        (Reader, Path, IsSnapshot, NowUs) = (reader, path, isSnapshot, nowUs);
    }

    /// <summary>How far the reading is. Disposed of before anything is printed on its terminal.</summary>
    internal required ProgressBar Progress { get; init; }

    internal HistoryReader Reader { get; }

    internal string Path { get; }

    internal bool IsSnapshot { get; }

    /// <summary>
    /// What "now" is to it, CLOCK_REALTIME in microseconds: the time, and of a snapshot the last time in it.
    /// </summary>
    internal long NowUs { get; }

    internal static Option<string?> From() => new("--from")
    {
        Description = "Read this file, made by cgmemctl snapshot, instead of the host's history",
        HelpName = "FILE",
    };

    /// <summary>Opens the history.</summary>
    /// <exception cref="HistoryException">It cannot be read.</exception>
    internal static HistorySource Open(Session session, string? from, ProgressBar? progress = null)
    {
        string path = from ?? session.HistoryPath;
        HistoryReader reader = HistoryReader.Open(path);
        long? newestUs = from is null ? null : reader.NewestUs();
        return new HistorySource(reader, path, from is not null, newestUs ?? Quantity.NowUsec(session))
        {
            Progress = progress ?? new ProgressBar(session.Terminal, "", isQuiet: true),
        };
    }

    /// <summary>
    /// Opens the history and goes on with it, or says why it cannot be read; with a progress bar where it takes long.
    /// </summary>
    internal static int Read(
        Session session, string? from, Func<HistorySource, int> next, string doing = "Reading")
    {
        using var progress = new ProgressBar(session.Terminal, doing, session.Quiet);
        try
        {
            using HistorySource source = Open(session, from, progress);
            int exitCode = next(source);
            progress.Dispose();
            foreach (string problem in source.Reader.Problems)
                session.Terminal.Error.WriteLine($"cgmemctl: {source.Path}: left out: {problem}");
            return exitCode;
        }
        catch (HistoryException e)
        {
            progress.Dispose();
            return Fail(session, e, from is not null);
        }
        catch (SqliteException e)
        {
            progress.Dispose();
            return session.Fail(ExitCode.Failure, e.Message);
        }
    }

    /// <summary>Says why a history cannot be read, and what to do.</summary>
    internal static int Fail(Session session, HistoryException e, bool isSnapshot) =>
        session.Fail(ReasonOf(e, isSnapshot, out string message), message);

    /// <summary>The exit code of a failure, and what is said of it.</summary>
    internal static int ReasonOf(HistoryException e, bool isSnapshot, out string message)
    {
        message = e.Problem switch
        {
            HistoryProblem.Denied when !isSnapshot => e.Message + "\nThe history is for root: run this as root, or " +
                "as root make a copy for others with: cgmemctl snapshot FILE",
            HistoryProblem.Missing when !isSnapshot => e.Message + "\nThere is no history: cgmemd has not run yet, " +
                "or [history] is off in its configuration",
            _ => e.Message,
        };
        return e.Problem == HistoryProblem.Denied ? ExitCode.Denied : ExitCode.Failure;
    }

    public void Dispose() => Reader.Dispose();
}
