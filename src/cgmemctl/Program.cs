using Cgmemd.Control;

return CommandLine.Run(args, Terminal.OfProcess(), new HostFiles());
