using System.CommandLine;
using System.Runtime.InteropServices;

namespace Cgmemd.Control;

/// <summary><c>cgmemctl snapshot FILE</c>: the whole history in one file, for another machine.</summary>
internal static class SnapshotCommand
{
    internal static Command Create(Func<ParseResult, Session> session)
    {
        var file = new Argument<string>("FILE") { Description = "Where to; it must not be there yet" };
        Option<string?> from = HistorySource.From();
        var command = new Command("snapshot", "Copy the whole history into one file, to be read with --from")
        {
            file, from,
        };
        command.SetAction(parsed => Run(session(parsed), parsed.GetValue(file)!, parsed.GetValue(from)));
        return command;
    }

    private static int Run(Session session, string file, string? from) =>
        HistorySource.Read(session, from, source =>
        {
            // All of the copy is of one instant, which the daemon's log has to hold for it: it is not to wait for "fg".
            using var suspend = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context =>
            {
                context.Cancel = true;
                session.Say("cgmemctl: it does not stop while it copies, for that would hold up the daemon");
            });
            source.Reader.CopyTo(file, source.Progress.Report);
            source.Progress.Dispose();
            session.Say($"{file}: {Quantity.Bytes((ulong)new FileInfo(file).Length)}. " +
                $"Read it with: cgmemctl history UNIT --from {file}");
            return ExitCode.Success;
        }, "Copying");
}
