using System.CommandLine;
using Cgmemd.Core.Units;

namespace Cgmemd.Control;

/// <summary>The option <c>--step</c>: the time of a row.</summary>
internal static class StepOption
{
    // More is a slip, and a thousand steps of it would be more than 64 bits of microseconds hold.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    internal static Option<string?> Create(string each) => new("--step")
    {
        Description = $"A row for so much time, such as 1m; {each}",
        HelpName = "TIME",
    };

    /// <summary>Reads it; nothing in is zero. False, and said, where it is no step.</summary>
    internal static bool TryRead(Session session, string? text, out TimeSpan step)
    {
        step = TimeSpan.Zero;
        if (text is null)
            return true;
        if (!TimeSpanText.TryParse(text, out step))
            session.Fail(ExitCode.Usage, $"--step: not a time span: \"{text}\"; see systemd.time(7)");
        else if (step > Longest)
            session.Fail(ExitCode.Usage, $"--step: more than a hundred years: \"{text}\"");
        else
            return true;
        return false;
    }
}
