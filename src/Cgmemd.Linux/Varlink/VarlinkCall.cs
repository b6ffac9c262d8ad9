using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cgmemd.Linux.Varlink;

/// <summary>Who calls, as the kernel knows (SO_PEERCRED): the process that connected.</summary>
public readonly record struct PeerCredentials(int Pid, uint Uid, uint Gid);

/// <summary>A method call as it came over a connection.</summary>
/// <param name="Method">Its full name, such as <c>io.cgmemd.GetUnit</c>.</param>
/// <param name="Parameters">A JSON object; null for none.</param>
/// <param name="Peer">The caller.</param>
/// <param name="More">The caller would take several replies; one is always right.</param>
/// <param name="Oneway">The caller wants no reply; what is returned is dropped.</param>
public sealed record VarlinkCall(
    string Method, JsonElement? Parameters, PeerCredentials Peer, bool More, bool Oneway)
{
    /// <summary>Who waits for the reply; null in tests without a server.</summary>
    internal VarlinkConnection? Connection { get; init; }

    /// <summary>
    /// The parameters as a record. False, with the reply that says so, where they are of another shape.
    /// </summary>
    public bool TryGetParameters<T>(JsonTypeInfo<T> type, out T parameters, out VarlinkReply refusal)
        where T : class
    {
        parameters = null!;
        refusal = null!;
        try
        {
            T? read = Parameters is { } json ? json.Deserialize(type) : JsonSerializer.Deserialize("{}", type);
            if (read is not null)
            {
                parameters = read;
                return true;
            }
        }
        catch (JsonException e)
        {
            refusal = VarlinkReply.InvalidParameter(
                e.Path is { Length: > 2 } path ? path.TrimStart('$', '.') : "parameters");
            return false;
        }

        refusal = VarlinkReply.InvalidParameter("parameters");
        return false;
    }
}
