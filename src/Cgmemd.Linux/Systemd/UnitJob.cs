namespace Cgmemd.Linux.Systemd;

/// <summary>Something that systemd was asked to do and has not told the end of.</summary>
internal sealed class UnitJob(string unit, TimeSpan timeout, long deadlineUs, Action<string?> done)
{
    public string Unit { get; } = unit;

    public TimeSpan Timeout { get; } = timeout;

    public long DeadlineUs { get; } = deadlineUs;

    public Action<string?> Done { get; } = done;

    /// <summary>The job's object path; null until systemd has answered.</summary>
    public string? Path { get; set; }

    /// <summary>The command that is run; null for what is done to a unit that is there.</summary>
    public TransientCommand? Command { get; set; }
}
