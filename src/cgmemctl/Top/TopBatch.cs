using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>The same pictures as plain text, one after the other: for pipes, files and dumb terminals.</summary>
internal static class TopBatch
{
    /// <summary>Prints so many pictures, a delay apart: of time that passes, or of recorded time.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="journey">Where from.</param>
    /// <param name="state">How.</param>
    /// <param name="charset">What the reader can show.</param>
    /// <param name="count">How many; null for no end.</param>
    /// <param name="delay">How far apart.</param>
    /// <exception cref="IOException">The daemon or the history cannot be read.</exception>
    internal static int Run(
        Session session, TopJourney journey, TopState state, Charset charset, int? count, TimeSpan delay)
    {
        for (int i = 0; count is null || i < count; i++)
        {
            if (i > 0 && !Next(session, journey, delay))
                break;
            TopFrame frame = journey.Read();
            frame = frame.With(journey.Problem);
            IReadOnlyList<TopRow> rows = UnitTree.Rows(frame.Units, state.Arrangement);
            if (session.WantsJson)
                session.WriteJson([.. rows.Where(row => !row.IsSum).Select(row => row.Unit)],
                    ReplyJson.Default.UnitSummaryArray);
            else
                Print(session, new TopPicture(
                    state, frame, rows, null, charset, session.Terminal.Clock.LocalTimeZone), isFirst: i == 0);
            session.Terminal.Out.Flush();
        }

        return ExitCode.Success;
    }

    // Where time has been recorded there is no need to wait for it; it ends where the recording does.
    private static bool Next(Session session, TopJourney journey, TimeSpan delay)
    {
        if (journey.IsLive)
        {
            Thread.Sleep(delay);
            return true;
        }

        long before = journey.TimeUs;
        journey.GoTo(before + delay.Ticks / TimeSpan.TicksPerMicrosecond);
        return journey.TimeUs > before && !journey.IsLive;
    }

    private static void Print(Session session, TopPicture picture, bool isFirst)
    {
        TextWriter output = session.Terminal.Out;
        TopFrame frame = picture.Frame;
        if (!isFirst)
            output.WriteLine();
        if (session.Legend)
        {
            int alerts = frame.Units.Sum(unit => unit.Alerts);
            string alarm = alerts == 0 ? "" : ", " + Quantity.Count(alerts, "alert");
            output.WriteLine($"{frame.Source}  {Quantity.Time(frame.TimeUs, picture.Zone)}  " +
                Quantity.Count(frame.Units.Count, "unit") + alarm);
        }

        if (frame.Note is { } note)
            output.WriteLine(note);
        Grid table = TopView.Table(picture, session.Terminal.Width);
        for (int row = session.Legend ? 0 : 1; row < table.Rows; row++)
            output.WriteLine(table.Text(row));
    }
}
