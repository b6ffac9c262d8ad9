namespace Cgmemd.Core.Rules;

/// <summary>How grave an alert is; the journal's priority follows from it.</summary>
public enum Severity
{
    Info,
    Warning,
    Critical,
}

/// <summary>A label or an annotation of a rule.</summary>
/// <param name="Name">Letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Text">One line.</param>
public sealed record Note(string Name, string Text)
{
    /// <summary><c>name=text</c>, as it stands in the journal.</summary>
    public override string ToString() => $"{Name}={Text}";
}

/// <summary>A rule as configured: which units, what must hold of them, and what follows.</summary>
/// <param name="Name">The rule's identity, together with the unit: <c>[rule.NAME]</c>.</param>
/// <param name="Units">Globs over unit names (or cgroup paths, where they begin with a slash).</param>
/// <param name="Condition">What must hold.</param>
public sealed record Rule(string Name, IReadOnlyList<string> Units, Condition Condition)
{
    /// <summary>How long the condition must hold before the alert fires, and a higher level before it rises.</summary>
    public TimeSpan For { get; init; }

    /// <summary>How long the condition must have ended before the alert resolves.</summary>
    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>How long after the start of an invocation nothing counts: a service warms up.</summary>
    public TimeSpan StartupGrace { get; init; }

    /// <summary>An alert that is on is told again after so long; zero for never.</summary>
    public TimeSpan RepeatInterval { get; init; }

    /// <summary>
    /// Globs over names of rules: while one of those fires for the unit, this one is judged, but says and does nothing.
    /// </summary>
    public IReadOnlyList<string> InhibitedBy { get; init; } = [];

    /// <summary>How grave it is, where no level says otherwise.</summary>
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>What whoever routes the alert goes by, such as a team; told with each alert.</summary>
    public IReadOnlyList<Note> Labels { get; init; } = [];

    /// <summary>What whoever reads the alert may need, such as a runbook; told with each alert.</summary>
    public IReadOnlyList<Note> Annotations { get; init; } = [];

    /// <summary>What to do when it fires, in order. Logging is not listed: every alert is logged.</summary>
    public IReadOnlyList<RuleAction> Actions { get; init; } = [];

    /// <summary>How often they may be done, but for captures, which have a cooldown of their own.</summary>
    public ActionLimits Limits { get; init; } = ActionLimits.Default;

    /// <summary>Actions are announced, not done.</summary>
    public bool DryRun { get; init; } = true;

    /// <summary>
    /// Whether memory.high is set to stand at the threshold, so that the kernel tells of it being crossed.
    /// </summary>
    public bool Tripwire { get; init; }

    /// <summary>A line of the operator's own for the alert, or null.</summary>
    public string? Summary { get; init; }

    /// <summary>How grave an alert of this rule is at a level; levels count from 1.</summary>
    public Severity SeverityAt(byte level) =>
        Condition is LadderCondition { Levels: var levels } && level > 0 && level <= levels.Count
            ? levels[level - 1].Severity
            : Severity;
}
