namespace Cgmemd.Linux.Native;

/// <summary>
/// libsystemd.so.0, the functions that take a fixed number of arguments: a variadic one cannot be called from managed
/// code. All return a negative errno on failure.
/// </summary>
/// <remarks>Source: sd-bus(3), sd-journal(3), sd_notify(3); the symbols exist since systemd 241 or earlier.</remarks>
internal static partial class LibSystemd
{
    private const string Library = "libsystemd.so.0";
}
