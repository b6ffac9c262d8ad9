namespace Cgmemd.Linux.Systemd;

/// <summary>What is known of a wanted unit.</summary>
internal sealed class TrackedUnit(string name, string path)
{
    public string Name { get; } = name;

    /// <summary>The unit's D-Bus object path.</summary>
    public string Path { get; } = path;

    public string ActiveState { get; set; } = "inactive";

    public string SubState { get; set; } = "dead";

    public string? InvocationId { get; set; }

    /// <summary>The result signalled last. It is signalled before the state that it belongs to.</summary>
    public string? Result { get; set; }

    public string? ControlGroup { get; set; }

    /// <summary>What the consumer was told last, where that is <see cref="UnitChangeKind.Present"/>.</summary>
    public UnitChange? Reported { get; set; }

    /// <summary>Whether a question to systemd is due, and has not been sent yet.</summary>
    public bool IsQueried { get; set; }

    /// <summary>Whether the state must be asked for: that a unit was loaded does not tell it.</summary>
    public bool NeedsState { get; set; }

    /// <summary>Whether the invocation id must be asked for too: a list of units does not tell it.</summary>
    public bool NeedsInvocationId { get; set; }

    /// <summary>For a resync: whether the list named the unit.</summary>
    public bool IsListed { get; set; }

    /// <summary>
    /// Whether the state is one in which the unit's processes run. While a service waits to be restarted its
    /// ActiveState is <c>activating</c>, although the old invocation has ended and no new one has begun.
    /// </summary>
    public bool IsAlive => ActiveState switch
    {
        "inactive" or "failed" or "maintenance" => false,
        _ => SubState is not ("auto-restart" or "auto-restart-queued" or "dead-before-auto-restart"
            or "failed-before-auto-restart" or "dead-resources-pinned"),
    };
}
