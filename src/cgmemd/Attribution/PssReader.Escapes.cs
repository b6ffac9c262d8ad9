using Cgmemd.Core.Attribution;
using Cgmemd.Core.Kernel;
using Cgmemd.Core.Samples;
using Cgmemd.Linux;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// Looks through all processes of the host for those that have left a group. They are measured as the group's are, and
/// have no part in its sums. A pass over all processes may take several scans; what it tells is taken over at its end,
/// and until then what the last one told.
/// </summary>
internal sealed partial class PssReader
{
    private const long LongestScanUs = 1_000_000;

    // For environments, when reading the processes has taken all of that.
    private const long ShortestEnvironmentsUs = 100_000;

    private readonly Escapes _escapes = new();
    private readonly List<FollowedUnit> _units = [];
    private readonly List<int> _found = [];
    private List<EscapedMember> _escaped = [];
    private Action<int>? _reading;
    private long _scanDueUs;

    // As the pass has begun with them; others may be followed by its end.
    private MeasuredGroup[] _scanned = [];
    private long _pass;

    private void Scan()
    {
        _new = 0;
        var cost = ReadingCost.Begin(time);
        long deadlineUs = time.NowUs() + LongestScanUs;
        if (!_scan.IsUnderWay)
            BeginPass();
        progress.Begin(0, "/", time.NowUs());
        bool isWhole = _scan.Read(_escapes, deadlineUs);
        progress.End();
        if (!_scan.IsUnderWay)
            EndPass(isWhole, Math.Max(deadlineUs, time.NowUs() + ShortestEnvironmentsUs));
        _scanDueUs = _schedule.Scanned(cost.End(time), time.NowUs());
        progress.SpentUs = _schedule.SpentUs;
    }

    private void BeginPass()
    {
        _pass++;
        _scanned = _groups;
        _units.Clear();
        foreach (MeasuredGroup group in _scanned)
        {
            group.Pass = _pass;
            _units.Add(new FollowedUnit(group.Name.Path, group.InvocationId));
        }

        _escapes.Begin(_units);
    }

    private void EndPass(bool isWhole, long deadlineUs)
    {
        Remember();
        _escapes.Resolve();
        progress.Begin(0, "/", time.NowUs());
        _scan.ReadEnvironments(_escapes, deadlineUs, _reading ??= pid => progress.Begin(pid, "/", time.NowUs()));
        progress.End();
        _found.Clear();
        for (int i = 0; i < _escapes.Processes.Count; i++)
        {
            if (_escapes.TryGet(i, out _, out _))
                _found.Add(i);
        }

        for (int i = 0; i < _scanned.Length; i++)
        {
            if (_scanned[i].Round == _round)
                SetEscaped(i, isWhole);
        }
    }

    // Who has left keeps being followed when the sign by which that was known ends, as with a parent that exits.
    private void Remember()
    {
        for (int i = 0; i < _scanned.Length; i++)
        {
            List<(int Pid, ulong StartTimeTicks, long Pass)> left = _scanned[i].Left;
            foreach ((int pid, ulong start, _) in left)
                _escapes.Saw(pid, start, i);
            foreach (EscapedMember member in _scanned[i].Escaped)
                _escapes.Saw(member.Process.Pid, member.Process.Identity.StartTimeTicks, i);
            // Who left while the pass was under way may have been read before that.
            for (int at = left.Count - 1; at >= 0; at--)
            {
                if (left[at].Pass < _pass)
                    left.RemoveAt(at);
            }
        }
    }

    private void SetEscaped(int unit, bool isWhole)
    {
        MeasuredGroup group = _scanned[unit];
        _escaped.Clear();
        int count = 0;
        foreach (int index in _found)
        {
            _escapes.TryGet(index, out int left, out EscapeSign sign);
            if (left != unit)
                continue;
            count++;
            if (_escaped.Count < MeasuredGroup.MaxEscaped)
                Follow(group, index, sign);
        }

        if (!isWhole)
            count += KeepUnseen(group);
        Release(table.SetEscaped(group, ref _escaped, count));
    }

    // What the pass had no room for is where it was, as long as it lives.
    private int KeepUnseen(MeasuredGroup group)
    {
        int kept = 0;
        foreach (EscapedMember former in group.Escaped)
        {
            MeasuredProcess process = former.Process;
            bool isKept = !_escapes.HasPlaceOf(process.Pid) && _escaped.Count < MeasuredGroup.MaxEscaped
                && proc.TryReadLineage(process.Pid, out ProcessLineage now) == ReadStatus.Ok
                && now.StartTimeTicks == process.Identity.StartTimeTicks && now.State is not ('Z' or 'X');
            if (!isKept)
                continue;
            _escaped.Add(former);
            kept++;
        }

        return kept;
    }

    private void ForgetEscaped(MeasuredGroup group)
    {
        _escaped.Clear();
        Release(table.SetEscaped(group, ref _escaped, count: null));
    }

    private void Follow(MeasuredGroup group, int index, EscapeSign sign)
    {
        HostProcess found = _escapes.Processes[index];
        int untracked = 0;
        if ((table.Find(found.Pid) ?? Begin(found.Pid, isPreferred: false, ref untracked)) is not { } process)
            return;
        if (process.Identity.StartTimeTicks != found.StartTimeTicks)
        {
            // Another has its pid by now; one that has just begun is nobody's.
            if (process.Groups == 0)
                Release(process);
            return;
        }

        bool isKnown = false;
        foreach (EscapedMember former in group.Escaped)
        {
            if (former.Process != process)
                continue;
            isKnown = true;
            sign = sign == EscapeSign.Seen ? former.Sign : sign;
        }

        if (process.Groups == 0 || isKnown)
            process.Cgroup = found.Cgroup!;
        _escaped.Add(new EscapedMember(process, found.Cgroup!, sign));
        if (!isKnown && !_escapes.IsBehindItsParent(index) && group.IsNew(process.Identity.Command, found.Cgroup!))
            progress.Tell(new EscapeNotice(group, found.Pid, process.Identity.Command, found.Cgroup!, sign));
    }
}
