using Cgmemd.Core.Units;

namespace Cgmemd.Core.Rules;

/// <summary>Which processes of a unit a signal is for.</summary>
public enum SignalTo : byte
{
    /// <summary>The main process alone.</summary>
    Main,

    /// <summary>Every process of its control group.</summary>
    All,
}

/// <summary>What a rule does when it fires.</summary>
public abstract record RuleAction
{
    /// <summary>How long systemd, or a command, is waited for where the file does not say.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether it is done only when the one before it failed or was refused.</summary>
    public bool IsFallback { get; init; }

    /// <summary>After so long it has failed; a command is ended then.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>The word that rules and events have for it.</summary>
    public abstract string Word { get; }

    /// <summary>It in full, for people: <c>signal SIGUSR2 to main</c>.</summary>
    public virtual string Text => Word;

    /// <summary>Whether it meddles with the unit itself, so that some units are to be left alone.</summary>
    public virtual bool ActsOnUnit => true;

    /// <summary>Whether the budget of actions holds it; what only looks has none.</summary>
    public virtual bool IsBudgeted => true;
}

/// <summary>Has the unit's state captured; <c>[captures]</c> says how often.</summary>
public sealed record CaptureAction : RuleAction
{
    /// <summary>How long it is waited for where the file does not say: a large unit's smaps take their time.</summary>
    public static TimeSpan UsualTimeout { get; } = TimeSpan.FromSeconds(60);

    public CaptureAction() => Timeout = UsualTimeout;

    public override string Word => "capture";

    public override bool ActsOnUnit => false;

    public override bool IsBudgeted => false;
}

/// <summary>Has systemd reload the unit: its ExecReload=.</summary>
public sealed record ReloadAction : RuleAction
{
    public override string Word => "reload";
}

/// <summary>Has systemd restart the unit, if it still runs.</summary>
public sealed record RestartAction : RuleAction
{
    public override string Word => "restart";
}

/// <summary>
/// Has the kernel keep the unit below a size: memory.high is set while the alert is on, and set back after it.
/// </summary>
/// <param name="High">The size, or a share of the effective memory.max.</param>
public sealed record EnforceAction(Bound High) : RuleAction
{
    public override string Word => "enforce";

    public override string Text =>
        $"enforce memory.high {(High.IsShare ? High.ToString() : ByteSize.ToHuman(High.Value))}";
}

/// <summary>Sends a signal.</summary>
/// <param name="Signal">By name, one of <see cref="SignalNumber"/>.</param>
/// <param name="To">To whom.</param>
public sealed record SignalAction(string Signal, SignalTo To) : RuleAction
{
    public override string Word => "signal";

    public override string Text => $"signal {Signal} to {(To == SignalTo.Main ? "main" : "all")}";
}

/// <summary>Runs a command in a transient unit of its own, with the alert in its environment.</summary>
/// <param name="Command">The program's absolute path and its arguments; no shell.</param>
public sealed record ExecAction(IReadOnlyList<string> Command) : RuleAction
{
    public override string Word => "exec";

    public override string Text => $"exec {Command[0]}";

    public override bool ActsOnUnit => false;
}

/// <summary>Has the unit give its memory back, and measures how much it did.</summary>
/// <param name="By">How: a reload, a restart, a signal or a command.</param>
/// <param name="Settle">How long after that it is measured.</param>
public sealed record RecycleAction(RuleAction By, TimeSpan Settle) : RuleAction
{
    public static TimeSpan DefaultSettle { get; } = TimeSpan.FromSeconds(30);

    public override string Word => "recycle";

    public override string Text => $"recycle by {By.Text}";
}
