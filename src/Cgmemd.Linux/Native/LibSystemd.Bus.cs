using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>sd-bus: the connection, its slots and its event loop hooks. One thread at a time per bus.</summary>
internal static partial class LibSystemd
{
    [LibraryImport(Library, EntryPoint = "sd_bus_open_system")]
    internal static partial int BusOpenSystem(out BusHandle bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_new")]
    internal static partial int BusNew(out BusHandle bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_set_address", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BusSetAddress(BusHandle bus, string address);

    [LibraryImport(Library, EntryPoint = "sd_bus_set_bus_client")]
    internal static partial int BusSetBusClient(BusHandle bus, int isClient);

    [LibraryImport(Library, EntryPoint = "sd_bus_start")]
    internal static partial int BusStart(BusHandle bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_close_unref")]
    internal static partial nint BusCloseUnref(nint bus);

    [LibraryImport(Library, EntryPoint = "sd_bus_get_fd")]
    internal static partial int BusGetFd(BusHandle bus);

    /// <summary>The events of poll(2) to wait for.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_get_events")]
    internal static partial int BusGetEvents(BusHandle bus);

    /// <summary>CLOCK_MONOTONIC microseconds, absolute; 0 for at once, the greatest value for never.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_get_timeout")]
    internal static partial int BusGetTimeout(BusHandle bus, out ulong usec);

    /// <summary>Does one thing: positive when something was done, 0 when nothing is left to do.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_process")]
    internal static partial int BusProcess(BusHandle bus, nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_call_async")]
    internal static unsafe partial int BusCallAsync(
        BusHandle bus, out nint slot, BusMessageHandle message,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback, nint userdata, ulong usec);

    [LibraryImport(Library, EntryPoint = "sd_bus_add_match_async", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int BusAddMatchAsync(
        BusHandle bus, out nint slot, string match,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> callback, nint installed, nint userdata);

    [LibraryImport(Library, EntryPoint = "sd_bus_slot_unref")]
    internal static partial nint BusSlotUnref(nint slot);

    /// <summary>sd_bus_error of sd_bus_error(3).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct BusError
    {
        public byte* Name;
        public byte* Message;
        public int NeedFree;
    }
}
