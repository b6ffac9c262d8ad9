using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Rules;

/// <summary>
/// The baseline of one invocation of one unit, the spike that is on, and what becomes of the last one. Samples without
/// the value are not told to it: it is as if they had not been.
/// </summary>
public sealed class SpikeMemory : RuleMemory
{
    private const int Numbers = 20;

    private readonly SpikeCondition _condition;

    /// <summary>What the baseline is learned from.</summary>
    private readonly LowWindow _lows = new();

    /// <summary>The lows since the peak.</summary>
    private readonly LowWindow _rest = new();

    private ulong? _learned;
    private byte _level;
    private ulong _toldPeak;
    private (ulong Value, long TimeUs) _last;
    private Watch _watch;
    private ulong _from;
    private ulong _peak;

    /// <summary>The height whose excess by more than noise is a new one, and moves the time of the peak.</summary>
    private ulong _height;
    private long _peakUs;

    /// <summary>Whether more than half of the spike is there.</summary>
    private bool _isUp;
    private long _backUs;
    private SpikeReturn? _verdict;

    internal SpikeMemory(SpikeCondition condition) => _condition = condition;

    /// <summary>How far the return of a spike has been followed.</summary>
    private enum Watch : byte
    {
        None,

        /// <summary>It is above the bound, but the rule's own times keep the alert back.</summary>
        Pending,

        /// <summary>The verdict is to come.</summary>
        Open,

        /// <summary>Much was kept by the verdict; if it is given back yet, that is told.</summary>
        Late,
    }

    /// <summary>The baseline in force; null while it is not known, and the rule cannot hold.</summary>
    public ulong? Baseline => _condition.Baseline is { Kind: BaselineKind.Fixed, Bytes: var bytes } ? bytes : _learned;

    /// <summary>
    /// What became of a spike: to be asked for after each sample judged. Each verdict is handed out once; null where
    /// there is none, as mostly.
    /// </summary>
    public SpikeReturn? TakeVerdict()
    {
        SpikeReturn? verdict = _verdict;
        _verdict = null;
        return verdict;
    }

    internal Finding Take(ulong value, long nowUs, byte level)
    {
        Learn(value, nowUs);
        if (Baseline is not { } baseline || Amount(_condition.Rise, baseline) is not (> 0 and var rise))
            return Finding.Unknown;
        Follow(level, value, baseline);
        Finding found = Find(value, baseline, rise, level);
        if (found.Level > 0 && level == 0 && _watch is Watch.None or Watch.Late)
            Begin(Watch.Pending, value, nowUs, baseline);
        if (_watch == Watch.Pending && found.Level == 0)
            _watch = Watch.None;
        if (_watch != Watch.None)
            FollowReturn(value, nowUs, Amount(_condition.Noise, _from));
        _last = (value, nowUs);
        return found;
    }

    public override void Clear()
    {
        _lows.Clear();
        _rest.Clear();
        _learned = null;
        (_level, _toldPeak, _last, _verdict) = (0, 0, default, null);
        (_watch, _from, _peak, _height, _peakUs, _isUp, _backUs) = (Watch.None, 0, 0, 0, 0, false, 0);
    }

    public override long[] Save()
    {
        List<long> saved =
        [
            _learned is null ? 0 : 1, (long)(_learned ?? 0), _level, (long)_toldPeak, (long)_last.Value, _last.TimeUs,
            (long)_watch, (long)_from, (long)_peak, (long)_height, _peakUs, _backUs,
            _verdict is null ? 0 : (_verdict.HasSettled ? 2 : 1) + (_verdict.IsLate ? 2 : 0),
            (long)(_verdict?.Baseline ?? 0), (long)(_verdict?.Peak ?? 0), (long)(_verdict?.Settled ?? 0),
            _verdict?.PeakUs ?? 0, _verdict?.ReturnUs is null ? 0 : 1, _verdict?.ReturnUs ?? 0, _isUp ? 1 : 0,
        ];
        _lows.Save(saved);
        _rest.Save(saved);
        return [.. saved];
    }

    public override bool TryLoad(ReadOnlySpan<long> saved)
    {
        if (saved.Length < Numbers || saved[6] is < 0 or > (long)Watch.Late
            || !LowWindow.IsSaved(saved[Numbers..], out int lows)
            || !LowWindow.IsSaved(saved[(Numbers + lows)..], out int rest) || saved.Length != Numbers + lows + rest)
            return false;
        _learned = saved[0] != 0 ? (ulong)saved[1] : null;
        (_level, _toldPeak, _last) = ((byte)saved[2], (ulong)saved[3], ((ulong)saved[4], saved[5]));
        (_watch, _from, _peak, _height) = ((Watch)saved[6], (ulong)saved[7], (ulong)saved[8], (ulong)saved[9]);
        (_peakUs, _backUs, _isUp) = (saved[10], saved[11], saved[19] != 0);
        _verdict = saved[12] == 0 ? null : new SpikeReturn(
            (ulong)saved[13], (ulong)saved[14], (ulong)saved[15], saved[16], saved[17] != 0 ? saved[18] : null,
            HasSettled: saved[12] is 2 or 4, IsLate: saved[12] > 2);
        _lows.Load(saved[Numbers..]);
        _rest.Load(saved[(Numbers + lows)..]);
        return true;
    }

    private void Learn(ulong value, long nowUs)
    {
        if (_condition.Baseline.Kind == BaselineKind.Rolling)
        {
            // The start of a unit is not what it comes down to: with less than half of the window it might be.
            long windowUs = ToUs(_condition.Window);
            _lows.Take(value, nowUs, windowUs);
            _learned = _lows.Covers(nowUs, windowUs / 2) ? _lows.Quartile : null;
        }
        else if (Baseline is null)
        {
            long settleUs = ToUs(_condition.Settle);
            _lows.Take(value, nowUs, settleUs);
            if (!_lows.IsLevel(nowUs, settleUs, Amount(_condition.Noise, _lows.Low)))
                return;
            _learned = _lows.Low;
            _lows.Clear();
        }
    }

    // What the last finding brought about shows by the level. An alert whose memory was lost is told from here on.
    private void Follow(byte level, ulong value, ulong baseline)
    {
        if (level > _level)
        {
            _toldPeak = _last.TimeUs == 0 ? value : _last.Value;
            if (_watch == Watch.Pending)
                _watch = Watch.Open;
            else if (_level > 0 && _watch != Watch.Open)
                Begin(Watch.Open, _last.Value, _last.TimeUs, baseline);
        }

        _level = level;
    }

    private Finding Find(ulong value, ulong baseline, ulong rise, byte level)
    {
        ulong line = Sum(baseline, rise);
        if (level == 0 || value < Sum(baseline, Amount(_condition.Rearm, baseline)))
            return new Finding(IsKnown: true, level == 0 && value > line ? (byte)1 : (byte)0, value, line);
        ulong next = Sum(_toldPeak, Math.Max(1, Amount(_condition.NewPeak, baseline)));
        return level < byte.MaxValue && value >= next
            ? new Finding(IsKnown: true, (byte)(level + 1), value, next)
            : new Finding(IsKnown: true, level, value, line);
    }

    private void Begin(Watch watch, ulong value, long nowUs, ulong baseline)
    {
        (_watch, _from, _peak) = (watch, baseline, value);
        RiseTo(value, nowUs);
    }

    private void RiseTo(ulong value, long nowUs)
    {
        (_height, _peakUs, _isUp, _backUs) = (value, nowUs, true, 0);
        _rest.Clear();
    }

    private void FollowReturn(ulong value, long nowUs, ulong noise)
    {
        _peak = Math.Max(_peak, value);
        if (_watch != Watch.Late && value > Sum(_height, noise))
            RiseTo(value, nowUs);
        ulong height = _peak - Math.Min(_peak, _from), returned = Sum(_from, SpikeReturn.TenthOf(height));
        bool isUp = value > Sum(_from, height / 2);
        // What goes up and down by half of the spike is not at rest, even if its lows are the same.
        if (isUp != _isUp)
            _rest.Clear();
        _isUp = isUp;
        if (isUp)
            _backUs = 0;
        else if (value <= returned && _backUs == 0)
            _backUs = nowUs;
        long settleUs = ToUs(_condition.Settle);
        _rest.Take(value, nowUs, settleUs);
        bool hasSettled = _rest.IsLevel(nowUs, settleUs, noise);
        bool isDue = _watch switch
        {
            Watch.Open => hasSettled || nowUs - _peakUs >= ToUs(_condition.ReturnWithin),
            Watch.Late => hasSettled && _rest.Low <= returned,
            _ => false,
        };
        if (!isDue)
            return;
        _verdict = new SpikeReturn(
            _from, _peak, _rest.Low, _peakUs, _backUs == 0 ? null : _backUs - _peakUs, hasSettled,
            IsLate: _watch == Watch.Late);
        _watch = _verdict.Verdict == ReturnVerdict.Returned ? Watch.None : Watch.Late;
    }

    // A share of the baseline, as of a limit.
    private static ulong Amount(Bound bound, ulong baseline) => bound.Resolve(ByteLimit.Of(baseline)) ?? 0;

    private static ulong Sum(ulong a, ulong b) => a > ulong.MaxValue - b ? ulong.MaxValue : a + b;

    private static long ToUs(TimeSpan span) => (long)span.TotalMicroseconds;
}
