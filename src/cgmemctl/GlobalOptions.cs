using System.CommandLine;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Control;

/// <summary>How <c>--json=</c> wants results.</summary>
internal enum JsonMode
{
    Off,
    Short,
    Pretty,

    /// <summary>A bare <c>--json</c>: pretty on a terminal, else short, as systemctl's -j.</summary>
    Auto,
}

/// <summary>The options every command takes.</summary>
internal sealed class GlobalOptions
{
    internal Option<JsonMode> Json { get; } = new Option<JsonMode>("--json", "-j")
    {
        Description = "Print JSON: short, pretty or off; a bare --json is pretty on a terminal",
        HelpName = "MODE",
        Recursive = true,
    }.OfWords();

    internal Option<string> Socket { get; } = new("--socket")
    {
        Description = "The daemon's socket",
        HelpName = "PATH",
        DefaultValueFactory = _ => DaemonInterface.SocketPath,
        Recursive = true,
    };

    internal Option<bool> NoLegend { get; } = new("--no-legend")
    {
        Description = "Print no column headers and no count",
        Recursive = true,
    };

    internal Option<bool> NoPager { get; } = new("--no-pager")
    {
        Description = "Accepted for habit's sake: cgmemctl starts no pager",
        Recursive = true,
    };

    internal Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours, as with NO_COLOR in the environment",
        Recursive = true,
    };

    internal Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "No messages but errors",
        Recursive = true,
    };

    internal IEnumerable<Option> All => [Json, Socket, NoLegend, NoPager, NoColor, Quiet];
}
