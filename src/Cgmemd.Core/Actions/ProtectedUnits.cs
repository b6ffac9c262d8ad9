namespace Cgmemd.Core.Actions;

/// <summary>Units that no rule may signal, reload or restart: without them there is no host, or no watch.</summary>
public static class ProtectedUnits
{
    private static readonly string[] Vital =
    [
        "init.scope", "systemd-journald", "systemd-journald-dev-log", "systemd-journald-audit", "systemd-udevd",
        "systemd-logind", "dbus", "dbus-broker",
    ];

    /// <summary>Why this is to be left alone; null where it is not.</summary>
    /// <param name="unit">A unit's name, or the path of a cgroup that is none.</param>
    public static string? Refusal(string unit)
    {
        if (unit.StartsWith('/') || unit.Contains('/', StringComparison.Ordinal))
            return $"{unit} is no unit of systemd's";
        if (unit.EndsWith(".slice", StringComparison.Ordinal))
            return $"{unit} is a slice, and all that is in it would be acted upon: name its units";
        string name = unit[..Math.Max(0, unit.LastIndexOf('.'))];
        if (name == "cgmemd" || name.StartsWith("cgmemd-action-", StringComparison.Ordinal)
            || name.StartsWith("cgmemd-capture", StringComparison.Ordinal))
            return $"{unit} is cgmemd's own";
        // A namespace of journald's: systemd-journald@NAME.
        bool isVital = Array.IndexOf(Vital, unit) >= 0 || Array.IndexOf(Vital, name) >= 0
            || name.StartsWith("systemd-journald@", StringComparison.Ordinal);
        return isVital ? $"{unit} is vital to the host" : null;
    }
}
