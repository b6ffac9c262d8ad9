using Cgmemd.Control;

return CommandLine.Run(args, Terminal.OfProcess(), HistorySource.DefaultPath);
