using Cgmemd.Daemon;
using Cgmemd.Linux;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Out.WriteLine(Options.Usage);
    return ExitCode.Success;
}

if (args.Contains("--version"))
{
    Console.Out.WriteLine($"cgmemd {ProductVersion.Version} ({ProductVersion.Framework})");
    return ExitCode.Success;
}

if (Options.TryParse(args, out Options? options, out string error))
    return options!.IsRelease ? Host.Release(options) : Host.Run(options);
Console.Error.WriteLine($"cgmemd: {error}");
return ExitCode.Usage;
