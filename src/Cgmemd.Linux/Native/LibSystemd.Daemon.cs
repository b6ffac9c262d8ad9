using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

internal static partial class LibSystemd
{
    /// <summary>0 where NOTIFY_SOCKET is not set, positive when sent. sd_notify(3).</summary>
    [LibraryImport(Library, EntryPoint = "sd_notify", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Notify(int unsetEnvironment, string state);

    /// <summary>Positive where systemd expects watchdog pings of this process. sd_watchdog_enabled(3).</summary>
    [LibraryImport(Library, EntryPoint = "sd_watchdog_enabled")]
    internal static partial int WatchdogEnabled(int unsetEnvironment, out ulong usec);
}
