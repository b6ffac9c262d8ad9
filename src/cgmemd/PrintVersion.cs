using System.CommandLine;
using System.CommandLine.Invocation;
using Cgmemd.Linux;

namespace Cgmemd.Daemon;

/// <summary><c>--version</c>: the version and what it was compiled for.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(
            $"cgmemd {ProductVersion.Version} ({ProductVersion.Framework})");
        return ExitCode.Success;
    }
}
