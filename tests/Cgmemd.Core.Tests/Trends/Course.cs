using Cgmemd.Core.Samples;
using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Trends;

/// <summary>The anon + swap of one invocation by the minute, as a share of its limit; parts are added to it.</summary>
internal sealed class Course
{
    private const long MinuteUs = 60_000_000;
    private const double PageBytes = 4096;

    private readonly Draw _draw;
    private readonly double[] _level;

    public Course(Draw draw, int minutes)
    {
        _draw = draw;
        _level = new double[minutes];
        // Deployed by day, most of the time.
        DeployedAt = (14 + (5 * draw.Normal()) + 48) % 24;
        Weekday = draw.Below(7);
    }

    /// <summary>The hour of the day at the start, and the day of the week.</summary>
    public double DeployedAt { get; set; }

    public int Weekday { get; set; }

    public int Minutes => _level.Length;

    public void Add(Func<double, double> shareAtHour)
    {
        for (int i = 0; i < _level.Length; i++)
            _level[i] += shareAtHour(i / 60.0);
    }

    /// <summary>What every service has: a base, a start-up, noise of minutes, and often a little of the day.</summary>
    public void AddBackground()
    {
        double start = _draw.Uniform(.12, .4);
        double rise = _draw.Uniform(.02, .1);
        double tau = _draw.LogUniform(.05, .35);
        Add(hour => start - (rise * Math.Exp(-hour / tau)));
        AddNoise(_draw.LogUniform(.0005, .006), 10);
        AddNoise(_draw.LogUniform(.0003, .003), 1);
        if (_draw.Chance(.3))
            AddDays(_draw.Uniform(.01, .03));
    }

    /// <summary>Noise of the first order: what it was is half forgotten after so many minutes, times ln 2.</summary>
    public void AddNoise(double deviation, double minutes)
    {
        double keep = Math.Exp(-1 / minutes);
        double kick = deviation * Math.Sqrt(1 - (keep * keep));
        double value = deviation * _draw.Normal();
        for (int i = 0; i < _level.Length; i++)
        {
            _level[i] += value;
            value = (keep * value) + (kick * _draw.Normal());
        }
    }

    /// <summary>The load of the day, each day a little other than the one before.</summary>
    public void AddDays(double amplitude, double weekend = 1) => AddLoad((load, _) => amplitude * load, weekend);

    /// <summary>What grows with the requests: nothing at night, most by day; so much a day.</summary>
    public void AddLeakOfLoad(double perHour)
    {
        double leaked = 0;
        AddLoad((load, _) => leaked += 2 * perHour * load / 60, 1);
    }

    public void AddTeeth(double height, double periodHours)
    {
        double period = periodHours * 60;
        double phase = _draw.Uniform(0, period);
        double length = period;
        double floor = 0;
        double jitter = _draw.Uniform(.02, .15);
        double rough = _draw.Uniform(0, .06) * height;
        for (int i = 0; i < _level.Length; i++)
        {
            _level[i] += floor + (height * phase / period);
            if (++phase < length)
                continue;
            phase = 0;
            length = Math.Max(1, period * (1 + (jitter * _draw.Normal())));
            floor = rough * Math.Abs(_draw.Normal());
        }
    }

    public void AddBursts(double perDay)
    {
        for (double at = _draw.Exponential(24 / perDay); at * 60 < _level.Length; at += _draw.Exponential(24 / perDay))
        {
            double height = _draw.Uniform(.08, .4);
            double hours = _draw.LogUniform(.15, 3);
            double begin = at;
            Add(hour => hour < begin || hour > begin + (2 * hours) ? 0
                : height * Math.Min(1, (hour - begin) * 12) * Math.Min(1, ((2 * hours) - hour + begin) / hours));
        }
    }

    public void AddStep(double atHour, double height)
    {
        double minutes = _draw.LogUniform(1, 30);
        Add(hour => height * Math.Clamp((hour - atHour) * 60 / minutes, 0, 1));
    }

    /// <summary>The invocation as it is sampled: a little late, at times not, in pages, until the limit.</summary>
    public Life Sample(ByteLimit limit, long startUs)
    {
        double missing = _draw.Uniform(0, .01);
        bool hasGap = _draw.Chance(.15);
        int gapAt = _draw.Below(_level.Length);
        int gapEnd = gapAt + (hasGap ? (int)_draw.LogUniform(10, 90) : 0);
        var points = new List<TrendPoint>(_level.Length);
        for (int i = 0; i < _level.Length && _level[i] < 1; i++)
        {
            long lateUs = (long)_draw.Uniform(0, 2_000_000);
            if (_draw.Chance(missing) || (i >= gapAt && i < gapEnd))
                continue;
            double pages = Math.Floor(Math.Max(.005, _level[i]) * limit.Bytes / PageBytes);
            points.Add(new TrendPoint(startUs + (i * MinuteUs) + lateUs, (ulong)(pages * PageBytes)));
        }

        return new Life(startUs, limit, [.. points]);
    }

    // The day begins where the load is least, so that days that differ meet at nothing.
    private void AddLoad(Func<double, double, double> shareOfLoad, double weekend)
    {
        const double Trough = 3.5;
        int kind = _draw.Below(3);
        double unlike = _draw.Uniform(.03, .15);
        var factors = new double[8];
        for (int day = 0; day < factors.Length; day++)
            factors[day] = Math.Max(.2, 1 + (unlike * _draw.Normal())) * ((Weekday + day) % 7 >= 5 ? weekend : 1);
        double since = (DeployedAt - Trough + _draw.Uniform(-1, 1) + 24) % 24;
        Add(hour => shareOfLoad(
            factors[(int)((since + hour) / 24)] * LoadAt((since + hour) % 24, kind), hour));
    }

    // Hours since the trough: a wave, office hours, or an evening's peak.
    private static double LoadAt(double hour, int kind) => kind switch
    {
        0 => (1 - Math.Cos(2 * Math.PI * hour / 24)) / 2,
        1 => Math.Clamp((hour - 2.5) / 3, 0, 1) * Math.Clamp((18 - hour) / 4, 0, 1),
        _ => hour < 16 ? Math.Pow(hour / 16, 1.5) : Math.Clamp((24 - hour) / 8, 0, 1),
    };
}

/// <summary>One invocation as cgmemd sees it.</summary>
internal sealed record Life(long StartUs, ByteLimit Limit, TrendPoint[] Points)
{
    public FloorSeries Floor()
    {
        var floor = new FloorSeries(StartUs);
        foreach (TrendPoint point in Points)
            floor.Add(point.TimeUs, point.Bytes);
        return floor;
    }
}
