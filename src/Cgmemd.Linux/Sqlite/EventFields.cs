using System.Buffers;
using System.Text.Json;

namespace Cgmemd.Linux.Sqlite;

/// <summary>An event's fields as they are stored: a JSON object of strings.</summary>
internal static class EventFields
{
    public static void Write(IReadOnlyDictionary<string, string> fields, IBufferWriter<byte> to)
    {
        using var writer = new Utf8JsonWriter(to);
        writer.WriteStartObject();
        foreach ((string name, string value) in fields)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> json)
    {
        var fields = new Dictionary<string, string>();
        var reader = new Utf8JsonReader(json);
        string? name = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                name = reader.GetString();
            else if (reader.TokenType == JsonTokenType.String && name is not null)
                fields[name] = reader.GetString() ?? "";
        }

        return fields;
    }
}
