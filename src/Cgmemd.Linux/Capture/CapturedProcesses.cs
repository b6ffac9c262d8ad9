using System.Text.Json;
using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;
using Cgmemd.Linux.Procfs;

namespace Cgmemd.Linux.Capture;

/// <summary>
/// The processes of a capture: all by name and size, the largest with their mappings by category. Bounded in count and
/// in time; what was left out is counted.
/// </summary>
internal sealed class CapturedProcesses(ProcDirectory proc, TimeProvider time, long deadlineUs)
{
    private const int MaxListed = 1_000;

    private readonly List<Captured> _processes = [];
    private int _count;
    private int _unreadable;
    private int _outOfTime;

    public void Read(Cgroup cgroup)
    {
        var pids = new List<int>();
        CgroupTree.ReadProcesses(cgroup, pids);
        foreach (int pid in pids)
        {
            if (proc.TryReadStat(pid, out ProcessStat stat) == ReadStatus.Ok
                && proc.TryReadStatus(pid, out ProcessStatus status) == ReadStatus.Ok)
            {
                _count++;
                _processes.Add(new Captured(pid, stat, status));
                if (_processes.Count == 2 * MaxListed)
                    KeepLargest();
            }
        }

        KeepLargest();
        foreach (Captured process in _processes.Take(SmapsCapture.MaxProcesses))
            ReadMappings(process);
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber("process_count", _count);
        json.WriteNumber("processes_unreadable", _unreadable);
        json.WriteNumber("processes_out_of_time", _outOfTime);
        json.WriteStartArray("processes");
        foreach (Captured process in _processes)
            Write(json, process);
        json.WriteEndArray();
    }

    // A unit may fork without end, and the memory for the list is ours.
    private void KeepLargest()
    {
        _processes.Sort((a, b) => (b.Status.Rss ?? 0).CompareTo(a.Status.Rss ?? 0));
        if (_processes.Count > MaxListed)
            _processes.RemoveRange(MaxListed, _processes.Count - MaxListed);
    }

    private void ReadMappings(Captured process)
    {
        if (time.NowUs() > deadlineUs)
        {
            _outOfTime++;
            return;
        }

        _ = proc.TryDetectRuntime(process.Pid, out Runtime runtime);
        var breakdown = new SmapsBreakdown(runtime, Redaction.None);
        ReadStatus status = proc.TryReadSmaps(process.Pid, breakdown);
        if (status == ReadStatus.Ok)
            process.Mappings = breakdown;
        else if (status == ReadStatus.Failed)
            _unreadable++;
    }

    private static void Write(Utf8JsonWriter json, Captured process)
    {
        json.WriteStartObject();
        json.WriteNumber("pid", process.Pid);
        json.WriteNumber("ppid", process.Stat.ParentPid);
        json.WriteString("comm", process.Stat.Command);
        json.WriteNumber("start_time_ticks", process.Stat.StartTimeTicks);
        json.WriteNumber("threads", process.Status.Threads);
        WriteOptional(json, "vm_rss", process.Status.Rss);
        WriteOptional(json, "rss_anon", process.Status.RssAnon);
        WriteOptional(json, "rss_file", process.Status.RssFile);
        WriteOptional(json, "rss_shmem", process.Status.RssShmem);
        WriteOptional(json, "vm_swap", process.Status.Swap);
        if (process.Mappings is { } mappings)
            Write(json, mappings);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SmapsBreakdown mappings)
    {
        json.WriteNumber("pss", mappings.Total.Pss);
        json.WriteNumber("anonymous_regions_10m", mappings.LargeAnonymousCount);
        json.WriteStartObject("categories");
        for (int i = 0; i < MappingCategories.Count; i++)
        {
            MemoryUse use = mappings[(MappingCategory)i];
            if (use.Mappings == 0)
                continue;
            json.WriteStartObject(MappingCategories.Name((MappingCategory)i));
            Write(json, use);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("top_mappings");
        foreach (NamedUse mapping in mappings.Greatest)
        {
            json.WriteStartObject();
            json.WriteString("name", mapping.Name);
            json.WriteString("category", mapping.Category);
            Write(json, mapping.Use);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, MemoryUse use)
    {
        json.WriteNumber("count", use.Mappings);
        json.WriteNumber("rss", use.Rss);
        json.WriteNumber("pss", use.Pss);
        json.WriteNumber("private_dirty", use.PrivateDirty);
        json.WriteNumber("swap_pss", use.SwapPss);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, ulong? value)
    {
        if (value is { } bytes)
            json.WriteNumber(name, bytes);
    }

    private sealed record Captured(int Pid, ProcessStat Stat, ProcessStatus Status)
    {
        public SmapsBreakdown? Mappings { get; set; }
    }
}
