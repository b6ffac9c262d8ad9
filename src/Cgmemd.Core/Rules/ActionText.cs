namespace Cgmemd.Core.Rules;

/// <summary>Actions, as rules write them.</summary>
public static class ActionText
{
    public static string Of(RuleAction action) => action switch
    {
        RuleAction.Capture => "capture",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };
}
