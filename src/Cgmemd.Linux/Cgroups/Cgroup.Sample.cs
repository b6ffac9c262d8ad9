using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>Sampling: all files of a cgroup at one instant.</summary>
public sealed partial class Cgroup
{
    private delegate bool Parser(ReadOnlySpan<byte> text, ref Sample sample);

    private static readonly Parser ParseStat = MemoryStat.TryParse;
    private static readonly Parser ParseEvents = MemoryEvents.TryParse;
    private static readonly Parser ParseEventsLocal = MemoryEvents.TryParseLocal;
    private static readonly Parser ParsePressure = TryParsePressure;

    /// <summary>
    /// Reads everything but limits and PSS. The sample is overwritten: what cannot be read is absent from it, and its
    /// time is 0 for the caller to set. Ok when memory.current was read; a file that then failed is in
    /// <see cref="FailedFile"/> and <see cref="LastErrno"/>. Vanished when the cgroup went away on the way: what was
    /// read until then is set. NotSupported without the memory controller.
    /// </summary>
    public ReadStatus Read(ref Sample sample)
    {
        sample.Clear();
        FailedFile = null;
        ReadStatus status = ReadCurrent(out ulong current);
        if (status is not ReadStatus.Ok)
        {
            _hadCurrent = false;
            return status;
        }

        if (!_hadCurrent)
            ForgetNotSupported();
        _hadCurrent = true;
        sample.Set(Metric.MemoryCurrent, current);
        // Peak close behind current, for the one is compared with the other.
        bool alive = ReadPeak(ref sample, current)
            && ReadValue(ref _swapCurrent, "memory.swap.current"u8, Metric.MemorySwapCurrent, ref sample)
            && ReadValue(ref _swapPeak, "memory.swap.peak"u8, Metric.MemorySwapPeak, ref sample)
            && ReadText(ref _stat, "memory.stat"u8, ParseStat, ref sample)
            && ReadText(ref _events, "memory.events"u8, ParseEvents, ref sample)
            && ReadText(ref _eventsLocal, "memory.events.local"u8, ParseEventsLocal, ref sample)
            && ReadText(ref _pressure, "memory.pressure"u8, ParsePressure, ref sample)
            && ReadValue(ref _pids, "pids.current"u8, Metric.PidsCurrent, ref sample);
        if (sample.TryGet(Metric.InactiveFile, out ulong inactive))
            sample.Set(Metric.WorkingSet, current > inactive ? current - inactive : 0);
        return alive ? ReadStatus.Ok : ReadStatus.Vanished;
    }

    /// <summary>
    /// Reads memory.events and memory.events.local into the sample, leaving the rest of it: what an EPOLLPRI asks for,
    /// which it re-arms.
    /// </summary>
    public ReadStatus ReadEvents(ref Sample sample)
    {
        FailedFile = null;
        bool alive = ReadText(ref _events, "memory.events"u8, ParseEvents, ref sample)
            && ReadText(ref _eventsLocal, "memory.events.local"u8, ParseEventsLocal, ref sample);
        return !alive ? ReadStatus.Vanished : FailedFile is null ? ReadStatus.Ok : ReadStatus.Failed;
    }

    // False when the cgroup is gone.
    private bool ReadValue(ref CgroupFile file, ReadOnlySpan<byte> name, Metric metric, ref Sample sample)
    {
        ReadStatus status = file.Read(_directory, name, out ReadOnlySpan<byte> text, out Errno errno);
        if (status is ReadStatus.Ok && SingleValue.TryParse(text, out ulong value))
            sample.Set(metric, value);
        else
            Note(status, name, errno);
        return status is not ReadStatus.Vanished;
    }

    private bool ReadText(ref CgroupFile file, ReadOnlySpan<byte> name, Parser parse, ref Sample sample)
    {
        ReadStatus status = file.Read(_directory, name, out ReadOnlySpan<byte> text, out Errno errno);
        if (status is not ReadStatus.Ok || !parse(text, ref sample))
            Note(status, name, errno);
        return status is not ReadStatus.Vanished;
    }

    private void Note(ReadStatus status, ReadOnlySpan<byte> name, Errno errno)
    {
        if (status is ReadStatus.NotSupported)
            return;
        LastErrno = errno;
        if (status is not ReadStatus.Vanished)
            FailedFile ??= System.Text.Encoding.UTF8.GetString(name);
    }

    private void ForgetNotSupported()
    {
        _peak.ForgetNotSupported();
        _swapCurrent.ForgetNotSupported();
        _swapPeak.ForgetNotSupported();
        _stat.ForgetNotSupported();
        _events.ForgetNotSupported();
        _eventsLocal.ForgetNotSupported();
        _pressure.ForgetNotSupported();
        _pids.ForgetNotSupported();
    }

    private static bool TryParsePressure(ReadOnlySpan<byte> text, ref Sample sample)
    {
        if (!Pressure.TryParse(text, out Pressure pressure))
            return false;
        pressure.CopyTo(ref sample);
        return true;
    }
}
