using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Control;

/// <summary>One run of a command: its terminal, the global options, and the daemon.</summary>
internal sealed class Session
{
    private readonly JsonMode _json;
    private readonly string _socket;

    internal Session(Terminal terminal, GlobalOptions options, ParseResult parsed, HostFiles host)
    {
        Host = host;
        Terminal = parsed.GetValue(options.NoColor) ? terminal with { Color = false } : terminal;
        _json = parsed.GetValue(options.Json);
        _socket = parsed.GetValue(options.Socket)!;
        Legend = !parsed.GetValue(options.NoLegend);
        Quiet = parsed.GetValue(options.Quiet);
    }

    internal Terminal Terminal { get; }

    internal HostFiles Host { get; }

    /// <summary>
    /// Printing begins, and may go on while more is read: on the terminal that is printed on a bar would be in it.
    /// </summary>
    internal void BeginPrinting(ProgressBar progress)
    {
        if (Terminal.IsTerminal)
            progress.Dispose();
    }

    /// <summary>The host's history.</summary>
    internal string HistoryPath => Host.HistoryPath;

    internal bool Legend { get; }

    internal bool Quiet { get; }

    internal bool WantsJson => _json != JsonMode.Off;

    internal DateTimeOffset Now => Terminal.Clock.GetUtcNow();

    /// <summary>Prints a result as JSON, a line of its own.</summary>
    internal void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = _json == JsonMode.Pretty || (_json == JsonMode.Auto && Terminal.IsTerminal),
            // This is no web page: a unit named größe.service is to be read.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(buffer, options))
            JsonSerializer.Serialize(json, value, type);
        Terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>Prints a message for a person, unless with -q.</summary>
    internal void Say(string message)
    {
        if (!Quiet)
            Terminal.Error.WriteLine(message);
    }

    /// <summary>Says what went wrong, and gives the exit code back.</summary>
    internal int Fail(int exitCode, string message)
    {
        Terminal.Error.WriteLine($"cgmemctl: {message}");
        return exitCode;
    }

    /// <summary>Says why the daemon cannot be asked.</summary>
    internal int Fail(VarlinkException e) => e.IsDenied
        ? Fail(ExitCode.Denied, e.Message)
        : Fail(
            ExitCode.Unavailable,
            $"cannot reach the daemon: {e.Message}\nIs it running? See: systemctl status cgmemd");

    /// <summary>Connects to the daemon.</summary>
    /// <exception cref="VarlinkException">It cannot be reached.</exception>
    internal VarlinkClient Connect() => VarlinkClient.Connect(_socket);

    /// <summary>Calls a method of the daemon that has no parameters and goes on with its results.</summary>
    internal int Ask<TReply>(string method, JsonTypeInfo<TReply> reply, Func<TReply, int> next)
        where TReply : class =>
        Ask(method, new Empty(), VarlinkJson.Default.Empty, reply, next);

    /// <summary>Calls a method of the daemon and goes on with its results, or says why there are none.</summary>
    internal int Ask<TCall, TReply>(
        string method, TCall parameters, JsonTypeInfo<TCall> call, JsonTypeInfo<TReply> reply, Func<TReply, int> next)
        where TReply : class
    {
        VarlinkResult result;
        try
        {
            using VarlinkClient client = Connect();
            result = client.Call(method, parameters, call);
        }
        catch (VarlinkException e)
        {
            return Fail(e);
        }

        if (result.Error is not null)
            return Refused(result);
        return result.As(reply) is { } results
            ? next(results)
            : Fail(ExitCode.Failure, $"the daemon's reply to {method} is of another version than this cgmemctl");
    }

    private int Refused(VarlinkResult result)
    {
        switch (result.Error)
        {
            case DaemonInterface.PermissionDenied or ServiceInterface.PermissionDenied:
                return Fail(ExitCode.Denied, "Permission denied: the daemon takes this from root only");
            case DaemonInterface.HistoryUnavailable:
                string? problem = result.As(ReplyJson.Default.HistoryUnavailableError)?.Problem;
                return Fail(ExitCode.Failure, $"the history cannot be written now: {problem}");
            case ServiceInterface.InvalidParameter:
                return Fail(ExitCode.Usage, $"the daemon does not take this: {result.Parameters}");
            case DaemonInterface.NoSuchUnit:
                string? unit = result.As(ReplyJson.Default.NoSuchUnitError)?.Unit;
                return Fail(ExitCode.Failure, $"{unit}: not watched. What is: cgmemctl list");
            case DaemonInterface.NoSuchRule:
                string? rule = result.As(ReplyJson.Default.NoSuchRuleError)?.Rule;
                return Fail(ExitCode.Failure, $"{rule}: no rule of this unit. What there is: cgmemctl rules list");
            case DaemonInterface.NoSuchSilence:
                return Fail(ExitCode.Failure, "there is no such silence. What there is: cgmemctl silence --list");
            case DaemonInterface.TooManySilences:
                return Fail(ExitCode.Failure, "there are too many silences. To end some: cgmemctl silence --end N");
            case DaemonInterface.ConfigurationError:
                string? diagnostics = result.As(ReplyJson.Default.ConfigurationErrorParameters)?.Diagnostics;
                Terminal.Error.WriteLine(diagnostics?.TrimEnd('\n'));
                return Fail(ExitCode.Configuration, "configuration not reloaded, the old one stays in force");
            default:
                return Fail(ExitCode.Failure, $"the daemon refused: {result.Error} {result.Parameters}".TrimEnd());
        }
    }
}
