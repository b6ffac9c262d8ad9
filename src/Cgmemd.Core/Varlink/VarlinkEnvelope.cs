using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cgmemd.Core.Varlink;

/// <summary>
/// A call as it is on the wire: <c>{"method":"io.cgmemd.GetUnit","parameters":{"unit":"api.service"}}</c>.
/// </summary>
/// <remarks>Source: https://varlink.org/Method-Call.</remarks>
public sealed record CallEnvelope
{
    public string? Method { get; init; }

    public JsonElement? Parameters { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool More { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Oneway { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Upgrade { get; init; }
}

/// <summary>
/// A reply as it is on the wire: <c>{"parameters":{…}}</c>, or with <c>"error":"io.cgmemd.NoSuchUnit"</c>.
/// </summary>
public sealed record ReplyEnvelope
{
    public string? Error { get; init; }

    public JsonElement? Parameters { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Continues { get; init; }
}
