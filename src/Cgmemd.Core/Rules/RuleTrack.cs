namespace Cgmemd.Core.Rules;

/// <summary>One rule at work for one unit: the rule, where it stands, and what its condition remembers.</summary>
public sealed class RuleTrack(Rule rule)
{
    private RuleState _state;

    public Rule Rule { get; } = rule;

    public RuleMemory? Memory { get; private set; } = rule.Condition.NewMemory();

    /// <summary>Where it stands; to be changed in place.</summary>
    public ref RuleState State => ref _state;

    /// <summary>Whether an alert is on that somebody was told of.</summary>
    public bool IsTold => _state is { IsFiring: true, ToldUs: not 0 };

    /// <summary>What the condition found last.</summary>
    public Finding Found { get; private set; }

    /// <summary>What the latest sample brought about.</summary>
    public RuleTransition Transition { get; private set; }

    /// <summary>
    /// Whether there may be something to tell: of the latest sample, of an alert that was muted, or that a level was
    /// left long ago.
    /// </summary>
    public bool HasNews => Transition != RuleTransition.None
        || (Found.IsKnown && (_state.IsUntold || (_state.IsFiring && _state.Level < _state.ToldLevel)));

    /// <summary>Takes a sample into account.</summary>
    /// <param name="seen">The unit as it is now.</param>
    /// <param name="startedUs">When the invocation began.</param>
    public RuleTransition Step(in Observation seen, long startedUs)
    {
        Found = Rule.Condition.Judge(Memory, seen, _state.FiringLevel);
        Transition = RuleEngine.Step(Rule, ref _state, Found, startedUs, seen.NowUs);
        return Transition;
    }

    /// <summary>Leaves out a sample that tells too little to judge.</summary>
    public void Pass() => Transition = RuleTransition.None;

    /// <summary>
    /// What a sample would bring about; only for conditions without a memory, which judging would change.
    /// </summary>
    public RuleTransition Foresee(in Observation seen, long startedUs)
    {
        RuleState state = _state;
        return RuleEngine.Step(
            Rule, ref state, Rule.Condition.Judge(memory: null, seen, state.FiringLevel), startedUs, seen.NowUs);
    }

    /// <summary>
    /// Goes on where another track of the same name stood, as after a change of the configuration. What a condition
    /// remembers is taken over only where it is still the same condition.
    /// </summary>
    /// <returns>Whether it was.</returns>
    public bool Continue(RuleTrack before)
    {
        Restore(before._state);
        if (before.Rule.Condition != Rule.Condition)
            return false;
        Memory = before.Memory;
        return true;
    }

    /// <summary>Goes on from a state that may be of a rule with other levels.</summary>
    public void Restore(in RuleState state)
    {
        _state = state;
        if (Rule.Condition is not LadderCondition { Levels.Count: var levels })
            return;
        _state.Level = (byte)Math.Min(_state.Level, levels);
        _state.ToldLevel = (byte)Math.Min(_state.ToldLevel, levels);
    }

    /// <summary>The rule came to a unit that is known already: what was counted before is the past.</summary>
    public void BeginLate(in Observation seen)
    {
        if (Memory is not null)
            Rule.Condition.BeginLate(Memory, seen);
    }

    /// <summary>Arms the rule anew, as for a new invocation.</summary>
    public void Rearm(long nowUs)
    {
        _state.Rearm(nowUs);
        Memory?.Clear();
    }
}
