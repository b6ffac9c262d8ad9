using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>
/// sd-bus: writing and reading messages. A message that a callback is given belongs to the bus and is passed as a
/// plain pointer; one we make is a <see cref="BusMessageHandle"/>.
/// </summary>
internal static partial class LibSystemd
{
    [LibraryImport(Library, EntryPoint = "sd_bus_message_new_method_call", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BusMessageNewMethodCall(
        BusHandle bus, out BusMessageHandle message, string destination, string path, string iface, string member);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_unref")]
    internal static partial nint BusMessageUnref(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_append_basic", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BusMessageAppendString(BusMessageHandle message, byte type, string value);

    /// <summary>For all basic types but strings, paths and signatures: the value itself is pointed to.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_message_append_basic")]
    internal static unsafe partial int BusMessageAppendBasic(BusMessageHandle message, byte type, void* value);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_open_container", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BusMessageOpenContainer(BusMessageHandle message, byte type, string contents);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_close_container")]
    internal static partial int BusMessageCloseContainer(BusMessageHandle message);

    /// <summary>0 at the end of the array that is being read.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_message_enter_container")]
    internal static unsafe partial int BusMessageEnterContainer(nint message, byte type, byte* contents);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_exit_container")]
    internal static partial int BusMessageExitContainer(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_read_basic")]
    internal static unsafe partial int BusMessageReadBasic(nint message, byte type, void* value);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_read_array")]
    internal static unsafe partial int BusMessageReadArray(nint message, byte type, void** values, nuint* bytes);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_skip")]
    internal static unsafe partial int BusMessageSkip(nint message, byte* types);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_path")]
    internal static unsafe partial byte* BusMessageGetPath(nint message);

    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_member")]
    internal static unsafe partial byte* BusMessageGetMember(nint message);

    /// <summary>Null for a message that is no error. The error belongs to the message.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_error")]
    internal static unsafe partial BusError* BusMessageGetError(nint message);

    /// <summary>The errno that stands for the message's error; 0 for a message that is none.</summary>
    [LibraryImport(Library, EntryPoint = "sd_bus_message_get_errno")]
    internal static partial int BusMessageGetErrno(nint message);
}
