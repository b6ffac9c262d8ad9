using System.CommandLine;
using Cgmemd.Daemon;

var root = new Option<string>("--root")
{
    Description = "The directory that stands for /: etc, run, usr/lib, proc and sys are looked for below it",
    DefaultValueFactory = _ => "/",
};
var stateDirectory = new Option<string?>("--state-dir") { Description = "Where state and captures are kept" };
var runDirectory = new Option<string?>("--run-dir") { Description = "Where the socket is made" };
var configuration = new Option<string[]>("--config")
{
    Description = "Read this file, and no others (may be repeated)",
    HelpName = "FILE",
};
var logTarget = new Option<LogTargetChoice>("--log-target")
{
    Description = "auto, journal or console",
    DefaultValueFactory = _ => LogTargetChoice.Auto,
};

var command = new RootCommand("cgmemd - memory flight recorder and early warning of a host's services")
{
    root, stateDirectory, runDirectory, configuration, logTarget,
};
command.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
command.SetAction(parsed =>
{
    string rootPath = parsed.GetValue(root)!;
    return Host.Run(new Options(
        rootPath,
        parsed.GetValue(stateDirectory) ?? Path.Combine(rootPath, "var/lib/cgmemd"),
        parsed.GetValue(runDirectory) ?? Path.Combine(rootPath, "run/cgmemd"),
        parsed.GetValue(configuration) ?? [],
        parsed.GetValue(logTarget)));
});

ParseResult result = command.Parse(args);
if (result.Errors.Count == 0)
    return result.Invoke();
foreach (var error in result.Errors)
    Console.Error.WriteLine($"cgmemd: {error.Message}");
return ExitCode.Usage;
