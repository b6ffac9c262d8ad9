using System.Text.Json;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Captures;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Attribution;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Capture;

/// <summary>
/// The capture that is always possible: the unit's breakdown, with the cgroup's files and the samples before. It only
/// reads /proc and the cgroup, so the target pays with the time its mmap_lock is held, and with no memory.
/// </summary>
/// <param name="cgroupRoot">Where cgroup v2 is mounted.</param>
/// <param name="procRoot">Such as <c>/proc</c>.</param>
/// <param name="directory">Where captures go.</param>
/// <param name="redaction">Hides what is private in names of mappings.</param>
/// <param name="time">For how long it took.</param>
public sealed class SmapsCapture(
    string cgroupRoot, string procRoot, CaptureDirectory directory, HostRedaction redaction, TimeProvider time)
{
    /// <summary>Reading begins no further process after this.</summary>
    public static readonly TimeSpan ReadingTime = TimeSpan.FromSeconds(10);

    /// <summary>Takes one capture, on the caller's thread. A failure is a value.</summary>
    public CaptureOutcome Take(CapturePlan plan)
    {
        long startUs = time.NowUs();
        try
        {
            if (Cgroup.TryOpen(cgroupRoot, plan.CgroupPath, out Cgroup? cgroup) != ReadStatus.Ok || cgroup is null)
                return Failed(plan, startUs, "the cgroup is gone");
            using (cgroup)
            {
                if (cgroup.Id != plan.CgroupId)
                    return Failed(plan, startUs, "the cgroup was removed and made anew");
                Breakdown breakdown = Survey(plan, cgroup, startUs);
                (string? path, ulong bytes) = plan.IsBreakdownOnly ? (null, 0) : Write(plan, breakdown, startUs);
                return new CaptureOutcome(plan, path, bytes, time.NowUs() - startUs, Failure: null)
                {
                    Breakdown = breakdown,
                };
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(plan, startUs, e.Message);
        }
    }

    private CaptureOutcome Failed(CapturePlan plan, long startUs, string reason) =>
        new(plan, Path: null, Bytes: 0, time.NowUs() - startUs, reason);

    private Breakdown Survey(CapturePlan plan, Cgroup cgroup, long startUs)
    {
        if (ProcDirectory.TryOpen(procRoot, out ProcDirectory? proc, out var errno) != ReadStatus.Ok || proc is null)
            throw new IOException($"{procRoot}: {Native.Errnos.Text(errno)}");
        using (proc)
        {
            return new BreakdownReader(proc, time).Take(
                cgroup, plan.Unit, plan.InvocationId, redaction.Current,
                startUs + (long)ReadingTime.TotalMicroseconds, time.RealtimeUs());
        }
    }

    private (string Path, ulong Bytes) Write(CapturePlan plan, Breakdown breakdown, long startUs) =>
        directory.Write(plan.FileName, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            CaptureJson.WritePlan(json, plan);
            CaptureJson.WriteCgroupFiles(json, Path.Combine(cgroupRoot, plan.CgroupPath.TrimStart('/')));
            json.WritePropertyName("breakdown");
            JsonSerializer.Serialize(json, breakdown, BreakdownJson.Default.Breakdown);
            json.WriteNumber("duration_usec", time.NowUs() - startUs);
            json.WriteEndObject();
        });
}
