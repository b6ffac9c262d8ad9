using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// Writes the arguments of a call from front to back. After the first failure nothing more is written, and
/// <see cref="Error"/> tells it: a caller need not look before the end.
/// </summary>
/// <remarks>Source: sd_bus_message_append_basic(3), sd_bus_message_open_container(3).</remarks>
internal sealed unsafe class BusMessageWriter(BusMessageHandle message)
{
    /// <summary>A negative errno, or 0.</summary>
    public int Error { get; private set; }

    public BusMessageWriter String(string value)
    {
        if (Error >= 0)
            Error = LibSystemd.BusMessageAppendString(message, (byte)'s', value);
        return this;
    }

    public BusMessageWriter Int32(int value)
    {
        if (Error >= 0)
            Error = LibSystemd.BusMessageAppendBasic(message, (byte)'i', &value);
        return this;
    }

    public BusMessageWriter UInt64(ulong value)
    {
        if (Error >= 0)
            Error = LibSystemd.BusMessageAppendBasic(message, (byte)'t', &value);
        return this;
    }

    /// <summary>A D-Bus boolean, which is a 32-bit integer here and on the wire.</summary>
    public BusMessageWriter Bool(bool value)
    {
        int number = value ? 1 : 0;
        if (Error >= 0)
            Error = LibSystemd.BusMessageAppendBasic(message, (byte)'b', &number);
        return this;
    }

    /// <summary>Opens an array (a), a struct (r) or a variant (v), of the given contents.</summary>
    public BusMessageWriter Open(char type, string contents)
    {
        if (Error >= 0)
            Error = LibSystemd.BusMessageOpenContainer(message, (byte)type, contents);
        return this;
    }

    public BusMessageWriter Close()
    {
        if (Error >= 0)
            Error = LibSystemd.BusMessageCloseContainer(message);
        return this;
    }

    /// <summary>An array of strings.</summary>
    public BusMessageWriter Strings(IReadOnlyList<string> values)
    {
        Open('a', "s");
        for (int i = 0; i < values.Count; i++)
            String(values[i]);
        return Close();
    }

    /// <summary>A property of a unit, (sv): its name, then what the caller writes into the variant.</summary>
    public BusMessageWriter OpenProperty(string name, string type) => Open('r', "sv").String(name).Open('v', type);

    public BusMessageWriter CloseProperty() => Close().Close();
}
