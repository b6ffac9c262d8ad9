using System.Globalization;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Samples;

namespace Cgmemd.Daemon.Actions;

/// <summary>The alert, as a command finds it in its environment. What is absent has no variable.</summary>
internal static class ActionEnvironment
{
    public static List<string> Of(ActionRun run)
    {
        CapturePlan plan = run.Plan;
        CaptureTrigger trigger = plan.Trigger;
        // Of a budget that, too, is the limit of the unit that is acted upon.
        ByteLimit limit = run.Rule.Condition is ThresholdCondition threshold
            ? threshold.LimitOf(plan.Limits)
            : plan.Limits.EffectiveMax;
        List<string> variables = [];
        Add(variables, "UNIT", plan.Unit);
        Add(variables, "CGROUP", plan.CgroupPath);
        Add(variables, "INVOCATION", plan.InvocationId);
        Add(variables, "RULE", trigger.Rule);
        Add(variables, "SEVERITY", SeverityText.Of(trigger.Severity));
        Add(variables, "EPISODE", Number(trigger.Episode));
        Add(variables, "ON", trigger.On);
        Add(variables, "VALUE", Number(trigger.Value));
        Add(variables, "VALUE_UNIT", ValueText.Name(trigger.Unit));
        Add(variables, "THRESHOLD", Number(trigger.Threshold));
        Add(variables, "LIMIT", limit.IsFinite ? Number(limit.Bytes) : null);
        Add(variables, "SUMMARY", run.Rule.Summary);
        Add(variables, "CAPTURE_PATH", run.CapturePath);
        return variables;
    }

    private static void Add(List<string> variables, string name, string? value)
    {
        if (value is not null)
            variables.Add($"CGMEMD_{name}={value}");
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
