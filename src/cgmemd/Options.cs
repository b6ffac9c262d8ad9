namespace Cgmemd.Daemon;

/// <summary>What the command line says.</summary>
/// <param name="Root">The directory that stands for <c>/</c>: below it are etc, run, usr/lib, proc and sys.</param>
/// <param name="StateDirectory">For the state file and the captures.</param>
/// <param name="RunDirectory">For the socket.</param>
/// <param name="ConfigurationFiles">Read instead of the layers; empty for the layers.</param>
/// <param name="LogTarget">Where the log goes.</param>
internal sealed record Options(
    string Root, string StateDirectory, string RunDirectory, IReadOnlyList<string> ConfigurationFiles,
    LogTargetChoice LogTarget)
{
    /// <summary>Only to set back what a daemon that is no more has held.</summary>
    public bool IsRelease { get; init; }

    /// <summary>The boot's id as the journal has it: 32 hexadecimal digits.</summary>
    /// <exception cref="IOException">There is no procfs.</exception>
    public string BootId => File.ReadAllText(Path.Combine(Root, "proc/sys/kernel/random/boot_id"))
        .Trim().Replace("-", "", StringComparison.Ordinal);

    /// <summary>Where procfs is.</summary>
    public string ProcRoot => Path.Combine(Root, "proc");

    /// <exception cref="IOException">One cannot be made.</exception>
    public void MakeDirectories()
    {
        Directory.CreateDirectory(StateDirectory);
        Directory.CreateDirectory(RunDirectory);
    }

    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage = """
        cgmemd - memory flight recorder and early warning of a host's services

        Usage:
          cgmemd [options]
          cgmemd --release [options]

        Options:
          --root DIR         The directory that stands for /: etc, run, usr/lib, proc and sys are looked for below it
          --state-dir DIR    Where state and captures are kept [default: var/lib/cgmemd below the root]
          --run-dir DIR      Where the socket is made [default: run/cgmemd below the root]
          --config FILE      Read this file, and no others (may be repeated)
          --log-target WHERE auto, journal or console [default: auto]
          --release          Set back each memory.high that a daemon held which has ended, and end
          -h, --help         Show this help
          --version          Show the version
        """;

    /// <summary>
    /// Reads a command line of <c>--name value</c> and <c>--name=value</c>; the last of a name counts, but for
    /// <c>--config</c>, of which each does.
    /// </summary>
    /// <remarks>
    /// By hand: for five options a library's share of the daemon's memory is too much.
    /// </remarks>
    /// <param name="arguments">Without the program's name, and without <c>--help</c> or <c>--version</c>.</param>
    /// <param name="options">Null where there is an error.</param>
    /// <param name="error">What is wrong, for a person.</param>
    public static bool TryParse(ReadOnlySpan<string> arguments, out Options? options, out string error)
    {
        (string root, string? stateDirectory, string? runDirectory) = ("/", null, null);
        List<string> files = [];
        LogTargetChoice? logTarget = LogTargetChoice.Auto;
        bool isRelease = arguments is ["--release", ..];
        if (isRelease)
            arguments = arguments[1..];
        options = null;
        while (TryTake(ref arguments, out string name, out string value, out error))
        {
            switch (name)
            {
                case "--root":
                    root = value;
                    break;
                case "--state-dir":
                    stateDirectory = value;
                    break;
                case "--run-dir":
                    runDirectory = value;
                    break;
                case "--config":
                    files.Add(value);
                    break;
                default:
                    logTarget = ToLogTarget(value);
                    break;
            }
        }

        if (logTarget is null)
            error = "--log-target takes auto, journal or console";
        if (error.Length > 0)
            return false;
        options = new Options(
            root, stateDirectory ?? Path.Combine(root, "var/lib/cgmemd"),
            runDirectory ?? Path.Combine(root, "run/cgmemd"), files, logTarget!.Value)
        {
            IsRelease = isRelease,
        };
        return true;
    }

    // One option with its value off the front; false at the end or with an error.
    private static bool TryTake(
        ref ReadOnlySpan<string> arguments, out string name, out string value, out string error)
    {
        (name, value, error) = ("", "", "");
        if (arguments.IsEmpty)
            return false;
        string first = arguments[0];
        int equals = first.IndexOf('=', StringComparison.Ordinal);
        name = equals < 0 ? first : first[..equals];
        if (name is not ("--root" or "--state-dir" or "--run-dir" or "--config" or "--log-target"))
            error = $"{first}: no such option; see cgmemd --help";
        else if (equals < 0 && arguments.Length == 1)
            error = $"{name} needs a value";
        if (error.Length > 0)
            return false;
        value = equals < 0 ? arguments[1] : first[(equals + 1)..];
        arguments = arguments[(equals < 0 ? 2 : 1)..];
        return true;
    }

    private static LogTargetChoice? ToLogTarget(string word) => word switch
    {
        "auto" => LogTargetChoice.Auto,
        "journal" => LogTargetChoice.Journal,
        "console" => LogTargetChoice.Console,
        _ => null,
    };
}

/// <summary>Where the log goes.</summary>
internal enum LogTargetChoice
{
    /// <summary>The journal where standard error is connected to it, else standard error.</summary>
    Auto,
    Journal,
    Console,
}
