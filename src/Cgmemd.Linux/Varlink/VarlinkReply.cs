using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Linux.Varlink;

/// <summary>The one reply to a call: the method's results, or an error with its parameters.</summary>
public sealed class VarlinkReply
{
    private readonly byte[] _parameters;

    private VarlinkReply(string? error, byte[] parameters) => (Error, _parameters) = (error, parameters);

    /// <summary>The error's full name; null for none.</summary>
    public string? Error { get; }

    /// <summary>A JSON object in UTF-8.</summary>
    public ReadOnlySpan<byte> Parameters => _parameters;

    /// <summary>A reply without results.</summary>
    public static VarlinkReply Nothing { get; } = new(null, "{}"u8.ToArray());

    /// <summary>No reply yet: <see cref="VarlinkServer.Answer"/> gives it.</summary>
    public static VarlinkReply Later { get; } = new(null, "{}"u8.ToArray());

    /// <summary>The results of a method, a record that becomes a JSON object.</summary>
    public static VarlinkReply Of<T>(T results, JsonTypeInfo<T> type) =>
        new(null, JsonSerializer.SerializeToUtf8Bytes(results, type));

    /// <summary>An error with parameters, such as <c>io.cgmemd.NoSuchUnit</c>.</summary>
    public static VarlinkReply OfError<T>(string error, T parameters, JsonTypeInfo<T> type) =>
        new(error, JsonSerializer.SerializeToUtf8Bytes(parameters, type));

    /// <summary>An error without parameters, such as <c>io.cgmemd.PermissionDenied</c>.</summary>
    public static VarlinkReply OfError(string error) => new(error, "{}"u8.ToArray());

    public static VarlinkReply MethodNotFound(string method) => OfError(
        ServiceInterface.MethodNotFound, new MethodNotFoundError(method), ServiceJson.Default.MethodNotFoundError);

    public static VarlinkReply InterfaceNotFound(string name) => OfError(
        ServiceInterface.InterfaceNotFound, new InterfaceNotFoundError(name),
        ServiceJson.Default.InterfaceNotFoundError);

    public static VarlinkReply InvalidParameter(string parameter) => OfError(
        ServiceInterface.InvalidParameter, new InvalidParameterError(parameter),
        ServiceJson.Default.InvalidParameterError);

    /// <summary>Appends the message as it goes over the wire, with its NUL.</summary>
    internal void WriteTo(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            if (Error is not null)
                json.WriteString("error"u8, Error);
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(_parameters, skipInputValidation: true);
            json.WriteEndObject();
        }

        output.Write("\0"u8);
    }
}
