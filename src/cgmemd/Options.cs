namespace Cgmemd.Daemon;

/// <summary>What the command line says.</summary>
/// <param name="Root">The directory that stands for <c>/</c>: below it are etc, run, usr/lib, proc and sys.</param>
/// <param name="StateDirectory">For the state file and the captures.</param>
/// <param name="RunDirectory">For the socket.</param>
/// <param name="ConfigurationFiles">Read instead of the layers; empty for the layers.</param>
/// <param name="LogTarget">Where the log goes.</param>
internal sealed record Options(
    string Root, string StateDirectory, string RunDirectory, IReadOnlyList<string> ConfigurationFiles,
    LogTargetChoice LogTarget);

/// <summary>Where the log goes.</summary>
internal enum LogTargetChoice
{
    /// <summary>The journal where standard error is connected to it, else standard error.</summary>
    Auto,
    Journal,
    Console,
}
