namespace Cgmemd.Control;

/// <summary>Lines of a label and a value, the labels right-aligned to a colon, as in <c>systemctl status</c>.</summary>
internal sealed class Sheet(Terminal terminal, int labelWidth)
{
    /// <summary>A line; none where there is no value.</summary>
    internal void Line(string label, string? value)
    {
        if (value is not null)
            terminal.Out.WriteLine($"{(label.Length > 0 ? label + ":" : "").PadLeft(labelWidth + 1)} {value}");
    }

    /// <summary>The first value beside the label, the others below it.</summary>
    internal void Lines(string label, IEnumerable<string> values)
    {
        foreach (string value in values)
        {
            Line(label, value);
            label = "";
        }
    }
}
