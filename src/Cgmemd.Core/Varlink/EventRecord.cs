namespace Cgmemd.Core.Varlink;

/// <summary>Something that happened, as it was written to the journal.</summary>
public sealed record EventRecord
{
    /// <summary>Counts up from 1 since the daemon's start.</summary>
    public required ulong Id { get; init; }

    /// <summary>CLOCK_REALTIME in microseconds.</summary>
    public required long TimeUsec { get; init; }

    /// <summary>The kind, such as <c>alert-firing</c> or <c>oom-kill</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The unit it is about; null for the daemon itself.</summary>
    public string? Unit { get; init; }

    /// <summary>The rule, for an alert.</summary>
    public string? Rule { get; init; }

    /// <summary>One line for a person.</summary>
    public required string Message { get; init; }

    /// <summary>The journal's fields by name.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }
}
