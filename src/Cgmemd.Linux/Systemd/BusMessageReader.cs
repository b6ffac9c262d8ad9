using System.Runtime.InteropServices;
using System.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Systemd;

/// <summary>Reads a received message from front to back. Valid only inside the handler that was given it.</summary>
/// <remarks>Source: sd_bus_message_read_basic(3), sd_bus_message_enter_container(3).</remarks>
internal readonly unsafe struct BusMessageReader(nint message)
{
    private const int TimedOut = 110; // ETIMEDOUT, which sd-bus gives for NoReply

    /// <summary>The object path; empty where the message has none. Valid as long as the message.</summary>
    public ReadOnlySpan<byte> Path => FromC(LibSystemd.BusMessageGetPath(message));

    /// <summary>The member, such as the signal's name. Valid as long as the message.</summary>
    public ReadOnlySpan<byte> Member => FromC(LibSystemd.BusMessageGetMember(message));

    /// <summary>Whether the message is an error that says that no reply came in time.</summary>
    public bool IsTimeout => LibSystemd.BusMessageGetErrno(message) == TimedOut;

    /// <summary>The error's name and text, or null for a message that is no error.</summary>
    public string? Error
    {
        get
        {
            LibSystemd.BusError* error = LibSystemd.BusMessageGetError(message);
            return error == null
                ? null
                : $"{Encoding.UTF8.GetString(FromC(error->Name))}: {Encoding.UTF8.GetString(FromC(error->Message))}";
        }
    }

    /// <summary>
    /// Enters an array, struct, dictionary entry or variant; false at the end of the array around it.
    /// </summary>
    /// <param name="type">The D-Bus type: a, r, e or v.</param>
    /// <param name="contents">The signature of what is inside: a literal, which the compiler ends in a NUL.</param>
    public bool Enter(char type, ReadOnlySpan<byte> contents)
    {
        fixed (byte* signature = contents)
            return Check(LibSystemd.BusMessageEnterContainer(message, (byte)type, signature), "enter") > 0;
    }

    public void Exit() => Check(LibSystemd.BusMessageExitContainer(message), "exit");

    /// <summary>Passes over values of the given types, a literal, which the compiler ends in a NUL.</summary>
    public void Skip(ReadOnlySpan<byte> types)
    {
        fixed (byte* signature = types)
            Check(LibSystemd.BusMessageSkip(message, signature), "skip");
    }

    /// <summary>A string or object path in place. Valid as long as the message.</summary>
    public ReadOnlySpan<byte> ReadUtf8(char type = 's')
    {
        byte* text;
        Check(LibSystemd.BusMessageReadBasic(message, (byte)type, &text), "read string");
        return FromC(text);
    }

    public string ReadString(char type = 's') => Encoding.UTF8.GetString(ReadUtf8(type));

    /// <summary>A D-Bus boolean, which is a 32-bit integer on the wire.</summary>
    public bool ReadBool()
    {
        int value;
        Check(LibSystemd.BusMessageReadBasic(message, (byte)'b', &value), "read boolean");
        return value != 0;
    }

    /// <summary>A variant that holds a 32-bit integer.</summary>
    public int ReadInt32Variant()
    {
        int value;
        Enter('v', "i"u8);
        Check(LibSystemd.BusMessageReadBasic(message, (byte)'i', &value), "read integer");
        Exit();
        return value;
    }

    /// <summary>An array of bytes in place. Valid as long as the message.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        void* values;
        nuint bytes;
        Check(LibSystemd.BusMessageReadArray(message, (byte)'y', &values, &bytes), "read bytes");
        return new ReadOnlySpan<byte>(values, (int)bytes);
    }

    private static ReadOnlySpan<byte> FromC(byte* text) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);

    private static int Check(int result, string what) =>
        result >= 0 ? result : throw new InvalidDataException($"D-Bus message: {what}: errno {-result}");
}
