using Cgmemd.Core.Units;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Actions;

/// <summary>What is said of actions: of each that was tried, and of each that was left out.</summary>
internal sealed class ActionRecords(ILogger log)
{
    public void Done(ActionRun run, long durationUs) => log.ActionDone(
        Text(run, durationUs), run.Unit, run.Plan.InvocationId, run.Rule.Name, run.Plan.Trigger.Episode,
        run.Action.Word, run.Action.Text, run.ActionUnit, durationUs, reclaimed: null, usedBefore: null,
        usedAfter: null, currentBefore: null, currentAfter: null);

    /// <summary>The unit was recycled, and measured again.</summary>
    public void Recycled(ActionRun run, in UsedMemory after, long durationUs)
    {
        UsedMemory before = run.Before;
        long? reclaimed = before.Own is { } was && after.Own is { } isNow ? (long)was - (long)isNow : null;
        string text = Text(run, durationUs) + reclaimed switch
        {
            null => "",
            >= 0 => $", {ByteSize.ToHuman((ulong)reclaimed)} reclaimed",
            _ => $", nothing reclaimed: it uses {ByteSize.ToHuman((ulong)-reclaimed)} more",
        };
        log.ActionDone(
            text, run.Unit, run.Plan.InvocationId, run.Rule.Name, run.Plan.Trigger.Episode, run.Action.Word,
            run.Action.Text, run.ActionUnit, durationUs, reclaimed, before.Own, after.Own, before.Current,
            after.Current);
    }

    public void Failed(ActionRun run, long durationUs, string reason) => log.ActionFailed(
        run.Unit, run.Plan.InvocationId, run.Rule.Name, run.Plan.Trigger.Episode, run.Action.Word, run.Action.Text,
        run.ActionUnit, durationUs, reason);

    public void Skipped(ActionRun run, string reason) => log.ActionSkipped(
        run.Unit, run.Plan.InvocationId, run.Rule.Name, run.Plan.Trigger.Episode, run.Action.Word, run.Action.Text,
        reason);

    private static string Text(ActionRun run, long durationUs)
    {
        var took = TimeSpan.FromMilliseconds(Math.Max(1, durationUs / 1_000));
        return $"{run.Unit}: {run.Action.Text}, for the rule {run.Rule.Name}: done within {TimeSpanText.Format(took)}";
    }
}
