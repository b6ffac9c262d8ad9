namespace Cgmemd.Linux.Systemd;

/// <summary>The names of systemd's D-Bus interface. Source: org.freedesktop.systemd1(5).</summary>
internal static class SystemdNames
{
    public const string Destination = "org.freedesktop.systemd1";
    public const string ManagerPath = "/org/freedesktop/systemd1";
    public const string UnitPath = "/org/freedesktop/systemd1/unit";
    public const string Manager = "org.freedesktop.systemd1.Manager";
    public const string Unit = "org.freedesktop.systemd1.Unit";
    public const string Properties = "org.freedesktop.DBus.Properties";

    /// <summary>The interfaces whose properties include Result.</summary>
    public static readonly string[] WithResult =
    [
        "org.freedesktop.systemd1.Service", "org.freedesktop.systemd1.Scope", "org.freedesktop.systemd1.Socket",
        "org.freedesktop.systemd1.Mount", "org.freedesktop.systemd1.Swap",
    ];

    /// <summary>
    /// The interface of the unit's own type, which has ControlGroup; null for a type that has no control group.
    /// </summary>
    public static string? TypeInterface(string unit) => unit[(unit.LastIndexOf('.') + 1)..] switch
    {
        "service" => "org.freedesktop.systemd1.Service",
        "slice" => "org.freedesktop.systemd1.Slice",
        "scope" => "org.freedesktop.systemd1.Scope",
        "socket" => "org.freedesktop.systemd1.Socket",
        "mount" => "org.freedesktop.systemd1.Mount",
        "swap" => "org.freedesktop.systemd1.Swap",
        _ => null,
    };

    /// <summary>
    /// A unit's name as the last part of its object path: all but ASCII letters, and digits that are not the first,
    /// become an underscore and two hexadecimal digits (sd_bus_path_encode(3)).
    /// </summary>
    public static string Escape(string unit)
    {
        var path = new System.Text.StringBuilder(unit.Length + 16);
        foreach (byte b in System.Text.Encoding.UTF8.GetBytes(unit))
        {
            if (char.IsAsciiLetter((char)b) || (path.Length > 0 && char.IsAsciiDigit((char)b)))
                path.Append((char)b);
            else
                path.Append('_').Append(Convert.ToHexStringLower([b]));
        }

        return path.ToString();
    }
}
