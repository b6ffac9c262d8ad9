namespace Cgmemd.Control;

/// <summary>Where the output goes and how it is to look there: results to Out, messages to Error.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Width">Columns to keep within; null where lines may be of any length.</param>
/// <param name="IsTerminal">Whether a person reads standard output.</param>
/// <param name="Color">Whether colours and bold may be used.</param>
/// <param name="Clock">The time, and the time zone times are told in.</param>
internal sealed record Terminal(
    TextWriter Out, TextWriter Error, int? Width, bool IsTerminal, bool Color, TimeProvider Clock)
{
    /// <summary>Lines to keep within where something can be made to fit; null where there may be any number.</summary>
    internal int? Height { get; init; }

    /// <summary>Whether a person reads standard error.</summary>
    internal bool IsErrorTerminal { get; init; }

    /// <summary>Ends what would go on until Ctrl-C.</summary>
    internal CancellationToken Stop { get; init; }

    /// <summary>The terminal we were started on. NO_COLOR: https://no-color.org; COLUMNS as for systemctl.</summary>
    internal static Terminal OfProcess()
    {
        bool isTerminal = !Console.IsOutputRedirected;
        bool color = isTerminal
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        string? columns = Environment.GetEnvironmentVariable("COLUMNS");
        int? width = int.TryParse(columns, out int wanted) && wanted > 0 ? wanted
            : isTerminal && Console.WindowWidth > 0 ? Console.WindowWidth
            : null;
        return new Terminal(Console.Out, Console.Error, width, isTerminal, color, TimeProvider.System)
        {
            Height = isTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : null,
            IsErrorTerminal = !Console.IsErrorRedirected,
        };
    }

    /// <summary>
    /// A text that others chose, such as a process or a cgroup of any user, without what would steer a terminal.
    /// </summary>
    internal static string Plain(string text) => text.Any(char.IsControl)
        ? new string(Array.ConvertAll(text.ToCharArray(), c => char.IsControl(c) ? '\uFFFD' : c))
        : text;

    internal string Bold(string text) => Style("1", text);

    internal string Red(string text) => Style("1;31", text);

    internal string Yellow(string text) => Style("1;33", text);

    internal string Green(string text) => Style("1;32", text);

    internal string Faint(string text) => Style("2", text);

    private string Style(string code, string text) => Color ? $"\e[{code}m{text}\e[0m" : text;
}
