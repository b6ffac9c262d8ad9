using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Daemon.Actions;
using Cgmemd.Daemon.Prekill;
using Cgmemd.Linux.Capture;

namespace Cgmemd.Daemon.Captures;

/// <summary>Says what came of the captures, and holds the directory to its limits after each.</summary>
internal sealed class CaptureOutcomes(
    CaptureDesk desk, CaptureDirectory directory, Records records, ActionDesk actions, PrekillHook prekill)
{
    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    public void Record(CaptureOptions options)
    {
        while (desk.TryTakeOutcome(out CaptureOutcome? outcome))
        {
            if (outcome!.Plan.IsBreakdownOnly)
            {
                records.BrokenDown(outcome);
                continue;
            }

            IsDirty = true;
            records.Captured(outcome);
            actions.Captured(outcome);
            prekill.Captured(outcome);
            if (outcome.Path is not null)
                directory.Prune(options);
        }
    }
}
