using Cgmemd.Core.Units;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>
/// Where in time we are, and how one gets elsewhere: from live into the history, through it, and back. The history is
/// opened when it is first needed.
/// </summary>
/// <param name="live">The daemon; null where only a history is looked at.</param>
/// <param name="openHistory">Opens the history; throws an IOException that says why not.</param>
/// <param name="clock">The time.</param>
internal sealed class TopJourney(ITopSource? live, Func<HistoryTop> openHistory, TimeProvider clock) : IDisposable
{
    private const long Second = 1_000_000, Shown = 3600 * Second;

    private HistoryTop? _history;
    private bool _hasNoPast;

    /// <summary>The time in the history: CLOCK_REALTIME in microseconds; null for live.</summary>
    internal long? AtUs { get; private set; }

    internal bool IsLive => AtUs is null;

    /// <summary>The time looked at.</summary>
    internal long TimeUs => AtUs ?? NowUs;

    private HistoryTop History => _history ??= openHistory();

    // Times are told from now on; a snapshot's now is when it was taken.
    internal long NowUs => live is null ? History.NowUs : (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;

    /// <exception cref="IOException">The daemon or the history cannot be read.</exception>
    internal TopFrame Read() => IsLive ? live!.Read(NowUs) : History.Read(AtUs!.Value);

    /// <summary>What of the history could not be read, in a line; null where nothing was left out.</summary>
    internal string? Problem => _history?.Problem;

    /// <exception cref="IOException">The daemon or the history cannot be read.</exception>
    internal TopDetail? Detail(UnitSummary unit)
    {
        if (!IsLive)
            return History.Detail(unit, AtUs!.Value);
        TopDetail? detail = live!.Detail(unit, NowUs);
        return detail is null ? null : detail with { Course = [.. Past(unit, detail), .. detail.Course] };
    }

    /// <summary>Goes to a time; to now, and so live, where it is not before that.</summary>
    /// <exception cref="IOException">The history cannot be opened.</exception>
    internal void GoTo(long timeUs)
    {
        long now = NowUs;
        if (timeUs >= now)
        {
            AtUs = live is null ? now : null;
            return;
        }

        _ = History;
        AtUs = Math.Max(timeUs, 0);
    }

    /// <summary>Does what a key asks for, as far as it is about time; says in the state what there is to say.</summary>
    /// <exception cref="IOException">The history cannot be read.</exception>
    internal TopState Go(Wish wish, TopState state, string? unit)
    {
        switch (wish.Kind)
        {
            case WishKind.Now:
                GoTo(long.MaxValue);
                return state;
            case WishKind.Seconds:
                GoTo(TimeUs + wish.Amount * Second);
                return state;
            case WishKind.Time:
                DateTimeOffset now = DateTimeOffset.UnixEpoch.AddMicroseconds(NowUs);
                if (!TimestampText.TryParse(wish.Text, now, clock.LocalTimeZone, out DateTimeOffset time))
                    return state.Say($"not a time: \"{wish.Text}\": 10:00, -2h, yesterday, 2026-11-21 10:00", true);
                GoTo((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
                return state;
            case WishKind.Samples:
                return GoToSample(wish.Amount > 0, state, unit);
            case WishKind.Events:
                return GoToEvent(wish.Amount > 0, state);
            default:
                return state;
        }
    }

    public void Dispose()
    {
        live?.Dispose();
        _history?.Dispose();
    }

    // The daemon is asked since we run; what was before is in the history, for those who may read it.
    private List<(long TimeUs, ulong Bytes)> Past(UnitSummary unit, TopDetail detail)
    {
        long untilUs = detail.Course.Count == 0 ? NowUs : detail.Course[0].TimeUs;
        try
        {
            if (!_hasNoPast)
            {
                List<(long TimeUs, ulong Bytes)> past = History.CourseOf(unit, untilUs - 1);
                past.RemoveAll(point => point.TimeUs < NowUs - Shown);
                return past;
            }
        }
        catch (IOException)
        {
            // Not tried again with every picture: a history that is locked would be waited for each time.
            _hasNoPast = true;
        }

        return [];
    }

    private TopState GoToSample(bool forward, TopState state, string? unit)
    {
        if (IsLive && forward)
            return state.Say("this is now: the next sample comes by itself");
        if (History.NextSample(unit, TimeUs, forward) is { } time)
        {
            GoTo(time);
            return state;
        }

        return state.Say($"no {(forward ? "later" : "earlier")} sample of {unit ?? "anything"}");
    }

    private TopState GoToEvent(bool forward, TopState state)
    {
        if (IsLive && forward)
            return state.Say("this is now: no later event yet");
        if (History.NextEvent(TimeUs, forward) is not { } found)
            return state.Say($"no {(forward ? "later" : "earlier")} event");
        GoTo(found.TimeUs);
        string time = Quantity.ShortTime(found.TimeUs, clock.LocalTimeZone);
        return state.Say($"{time} {found.Kind} {found.Text}", found.IsAlarm) with { Wanted = found.Unit };
    }
}
