using System.Globalization;

namespace Cgmemd.Core.History;

/// <summary>What to look around.</summary>
public enum MomentKind : byte
{
    /// <summary>A kill by the OOM killer.</summary>
    Oom,

    /// <summary>An alert's firing.</summary>
    Alert,

    /// <summary>A capture.</summary>
    Capture,

    /// <summary>A mark.</summary>
    Mark,
}

/// <summary>A moment to look around: <c>oom</c> is the last OOM kill, <c>oom:2</c> the one before.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Number">Counted back from the last, from 1.</param>
public readonly record struct Moment(MomentKind Kind, int Number)
{
    /// <summary>Reads <c>oom</c>, <c>alert</c>, <c>capture</c> or <c>mark</c>, each with or without a number.</summary>
    public static bool TryParse(string text, out Moment moment)
    {
        moment = default;
        int colon = text.IndexOf(':');
        int number = 1;
        if (colon >= 0 && (!int.TryParse(
                text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number) || number == 0))
            return false;

        MomentKind? kind = (colon < 0 ? text : text[..colon]) switch
        {
            "oom" => MomentKind.Oom,
            "alert" => MomentKind.Alert,
            "capture" => MomentKind.Capture,
            "mark" => MomentKind.Mark,
            _ => null,
        };
        moment = new Moment(kind.GetValueOrDefault(), number);
        return kind is not null;
    }

    /// <summary>Which of those it is; null where there are not so many.</summary>
    public T? Of<T>(IReadOnlyList<T> oldestFirst)
        where T : class => Number <= oldestFirst.Count ? oldestFirst[^Number] : null;

    public override string ToString() => Kind.ToString().ToLowerInvariant() + (Number == 1 ? "" : $":{Number}");
}
