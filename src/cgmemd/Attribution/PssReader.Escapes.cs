using Cgmemd.Core.Attribution;
using Cgmemd.Linux;

namespace Cgmemd.Daemon.Attribution;

/// <summary>
/// Looks through all processes of the host for those that have left a group. They are measured as the group's are, and
/// have no part in its sums.
/// </summary>
internal sealed partial class PssReader
{
    private const long LongestScanUs = 1_000_000;

    private readonly Escapes _escapes = new();
    private readonly List<FollowedUnit> _units = [];
    private readonly List<int> _found = [];
    private List<EscapedMember> _escaped = [];
    private Action<int>? _reading;
    private long _scanDueUs;

    private void Scan()
    {
        _new = 0;
        var cost = ReadingCost.Begin(time);
        long deadlineUs = time.NowUs() + LongestScanUs;
        _units.Clear();
        foreach (MeasuredGroup group in _groups)
            _units.Add(new FollowedUnit(group.Name.Path, group.InvocationId));
        _escapes.Begin(_units);
        progress.Begin(0, "/", time.NowUs());
        _scan.Read(_escapes, deadlineUs);
        Remember();
        _escapes.Resolve();
        _scan.ReadEnvironments(_escapes, deadlineUs, _reading ??= pid => progress.Begin(pid, "/", time.NowUs()));
        progress.End();
        _found.Clear();
        for (int i = 0; i < _escapes.Processes.Count; i++)
        {
            if (_escapes.TryGet(i, out _, out _))
                _found.Add(i);
        }

        for (int i = 0; i < _groups.Length; i++)
            SetEscaped(i);
        _scanDueUs = _schedule.Scanned(cost.End(time), time.NowUs());
        progress.SpentUs = _schedule.SpentUs;
    }

    // Who has left keeps being followed when the sign by which that was known ends, as with a parent that exits.
    private void Remember()
    {
        for (int i = 0; i < _groups.Length; i++)
        {
            foreach ((int pid, ulong start) in _groups[i].Left)
                _escapes.Saw(pid, start, i);
            foreach (EscapedMember member in _groups[i].Escaped)
                _escapes.Saw(member.Process.Pid, member.Process.Identity.StartTimeTicks, i);
            _groups[i].Left.Clear();
        }
    }

    private void SetEscaped(int unit)
    {
        MeasuredGroup group = _groups[unit];
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

        Release(table.SetEscaped(group, ref _escaped, count));
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
