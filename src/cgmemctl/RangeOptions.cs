using System.CommandLine;
using Cgmemd.Core.History;

namespace Cgmemd.Control;

/// <summary>The options that say which part of which history: <c>--since</c>, <c>--until</c>, <c>--from</c>.</summary>
internal sealed class RangeOptions
{
    private readonly Option<string?> _since = TimeArgument.Since(), _until = TimeArgument.Until();
    private readonly Option<string?> _from = HistorySource.From();

    internal void AddTo(Command command)
    {
        command.Add(_since);
        command.Add(_until);
        command.Add(_from);
    }

    internal string? From(ParseResult parsed) => parsed.GetValue(_from);

    /// <summary>Reads the times; one that is not given is null. False, and said, where one is none.</summary>
    internal bool TryRead(Session session, ParseResult parsed, long nowUs, out long? sinceUs, out long? untilUs)
    {
        untilUs = null;
        if (!TimeArgument.TryRead(session, "--since", parsed.GetValue(_since), nowUs, out sinceUs)
            || !TimeArgument.TryRead(session, "--until", parsed.GetValue(_until), nowUs, out untilUs))
            return false;
        if (sinceUs < untilUs || sinceUs is null || untilUs is null)
            return true;
        session.Fail(ExitCode.Usage, "--until is not after --since");
        return false;
    }

    /// <summary>The same; what is not given has no bound.</summary>
    internal bool TryRead(Session session, ParseResult parsed, long nowUs, out HistoryRange range)
    {
        bool read = TryRead(session, parsed, nowUs, out long? sinceUs, out long? untilUs);
        range = new HistoryRange(sinceUs ?? 0, untilUs ?? long.MaxValue);
        return read;
    }
}
