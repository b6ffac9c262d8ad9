using System.Text;

namespace Cgmemd.Core.Configuration;

/// <summary>An error in a configuration file, with what an operator needs to mend it.</summary>
/// <param name="Position">Where it is.</param>
/// <param name="Message">What is wrong, in a phrase without a full stop.</param>
/// <param name="SourceLine">The line it is in, or null where there is none.</param>
/// <param name="Suggestion">What was probably meant, or null.</param>
public sealed record Diagnostic(
    SourcePosition Position, string Message, string? SourceLine = null, string? Suggestion = null)
{
    private const int MaxShown = 500;

    /// <summary>
    /// The message as compilers write it, on one to four lines without a final newline:
    /// <c>file:line:column: error: …</c>, the line, a caret below the place, <c>did you mean "…"?</c>.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(Position).Append(": error: ").Append(Printable(Message));
        if (SourceLine is not null)
        {
            text.Append("\n  ").Append(Printable(SourceLine)).Append("\n  ");
            int column = 1;
            // A tab stays a tab, so that the caret stands below the place at any tab width.
            foreach (Rune rune in SourceLine.EnumerateRunes())
            {
                if (column++ >= Position.Column)
                    break;
                text.Append(rune.Value == '\t' ? '\t' : ' ');
            }

            text.Append('^');
        }

        if (Suggestion is not null)
            text.Append("\n  did you mean \"").Append(Suggestion).Append("\"?");
        return text.ToString();
    }

    // Line and message quote a file that may hold anything: no control characters reach a terminal,
    // and no value of a megabyte.
    private static string Printable(string line)
    {
        StringBuilder text = new();
        foreach (char c in line.AsSpan(0, Math.Min(line.Length, MaxShown)))
            text.Append(char.IsControl(c) && c != '\t' ? '\uFFFD' : c);
        return text.Append(line.Length > MaxShown ? "…" : "").ToString();
    }
}
