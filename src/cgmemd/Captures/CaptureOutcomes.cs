using Cgmemd.Core.Captures;
using Cgmemd.Core.Configuration;
using Cgmemd.Linux.Capture;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Daemon.Captures;

/// <summary>Says what came of the captures, and holds the directory to its limits after each.</summary>
internal sealed class CaptureOutcomes(CaptureDesk desk, CaptureDirectory directory, ILogger log)
{
    /// <summary>Something happened that the state file should hold soon.</summary>
    public bool IsDirty { get; set; }

    public void Record(CaptureOptions options)
    {
        while (desk.TryTakeOutcome(out CaptureOutcome? outcome))
        {
            IsDirty = true;
            CapturePlan plan = outcome!.Plan;
            if (outcome.Path is { } path)
            {
                log.CaptureTaken(
                    plan.Unit, plan.InvocationId, plan.Trigger.Rule, plan.Trigger.Episode, path, outcome.Bytes,
                    outcome.DurationUs);
                directory.Prune(options);
            }
            else
            {
                log.CaptureFailed(
                    plan.Unit, plan.InvocationId, plan.Trigger.Rule, plan.Trigger.Episode,
                    outcome.Failure ?? "for no reason given");
            }
        }
    }
}
