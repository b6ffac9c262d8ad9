namespace Cgmemd.Linux.Systemd;

/// <summary>The properties of a PropertiesChanged signal that matter here; null where the signal has no such.</summary>
internal readonly record struct UnitProperties(
    string? ActiveState, string? SubState, string? InvocationId, string? Result)
{
    /// <summary>Reads the body: the interface (s), what changed (a{sv}), what is no longer valid (as).</summary>
    public static UnitProperties Read(BusMessageReader signal)
    {
        string? active = null, sub = null, invocation = null, result = null;
        signal.Skip("s"u8);
        signal.Enter('a', "{sv}"u8);
        while (signal.Enter('e', "sv"u8))
        {
            ReadOnlySpan<byte> name = signal.ReadUtf8();
            if (name.SequenceEqual("ActiveState"u8))
                active = ReadVariant(signal, "s");
            else if (name.SequenceEqual("SubState"u8))
                sub = ReadVariant(signal, "s");
            else if (name.SequenceEqual("Result"u8))
                result = ReadVariant(signal, "s");
            else if (name.SequenceEqual("InvocationID"u8))
                invocation = ReadVariant(signal, "ay");
            else
                signal.Skip("v"u8);
            signal.Exit();
        }

        signal.Exit();
        return new UnitProperties(active, sub, invocation, result);
    }

    /// <summary>A variant that holds a string, or bytes (ay), which are given as hexadecimal digits.</summary>
    public static string ReadVariant(BusMessageReader reader, string type)
    {
        bool isBytes = type == "ay";
        reader.Enter('v', isBytes ? "ay"u8 : "s"u8);
        string value = isBytes ? Convert.ToHexStringLower(reader.ReadBytes()) : reader.ReadString();
        reader.Exit();
        return value;
    }
}
