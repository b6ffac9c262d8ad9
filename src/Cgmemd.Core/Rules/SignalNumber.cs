namespace Cgmemd.Core.Rules;

/// <summary>Signals by their names. Their numbers are those of x86, ARM, RISC-V and most others.</summary>
/// <remarks>Source: signal(7). Left out is what only the kernel sends, or what would stop a service for good.</remarks>
public static class SignalNumber
{
    private static readonly (string Name, int Number)[] Known =
    [
        ("SIGHUP", 1), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGABRT", 6), ("SIGKILL", 9), ("SIGUSR1", 10), ("SIGUSR2", 12),
        ("SIGTERM", 15), ("SIGCONT", 18), ("SIGURG", 23), ("SIGWINCH", 28), ("SIGRTMIN", 34),
    ];

    /// <summary>All names, for messages.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Known, signal => signal.Name);

    /// <summary>The number of a name, SIGRTMIN+1 to SIGRTMIN+30 too; null where none has that.</summary>
    public static int? Find(string name)
    {
        const string RealTime = "SIGRTMIN+";
        if (name.StartsWith(RealTime, StringComparison.Ordinal))
            return int.TryParse(name.AsSpan(RealTime.Length), out int above) && above is > 0 and <= 30
                ? 34 + above
                : null;
        int index = Array.FindIndex(Known, signal => signal.Name == name);
        return index < 0 ? null : Known[index].Number;
    }
}
