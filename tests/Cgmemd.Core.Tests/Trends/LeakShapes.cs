using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Tests.Trends;

/// <summary>How the memory of a service may go, with parameters drawn by seed.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="IsLeak">Whether a detector is right to call it leaking.</param>
/// <param name="Add">Adds to a course with its background what makes the shape.</param>
internal sealed record LeakShape(string Name, bool IsLeak, Action<Course, Draw> Add)
{
    /// <summary>Training seeds begin here. To choose constants by.</summary>
    public const ulong Train = 1_000;

    /// <summary>Test seeds begin here. To report by, never to choose by.</summary>
    public const ulong Test = 7_000_000;

    /// <summary>The seeds of the unit test that holds the goals begin here; tables are made of neither.</summary>
    public const ulong Regression = 90_000_000;

    private const string Restarting = "restarts";
    private const long EpochUs = 1_750_000_000_000_000;

    public static IReadOnlyList<LeakShape> All { get; } =
    [
        new("warm-up", false, WarmUp),
        new("cache fill", false, CacheFill),
        new("sawtooth", false, (c, d) => c.AddTeeth(d.Uniform(.05, .4), d.LogUniform(.05, 6))),
        new("daily cycle", false, (c, d) => c.AddDays(d.Uniform(.05, .35))),
        new("weekly cycle", false, (c, d) => c.AddDays(d.Uniform(.1, .35), d.Uniform(.3, .7))),
        new("cache fill by day", false, (c, d) => { CacheFill(c, d); c.AddDays(d.Uniform(.05, .25)); }),
        new("steps", false, Steps),
        new("steps by day", false, (c, d) => { Steps(c, d); c.AddDays(d.Uniform(.05, .25)); }),
        new(Restarting, false, (c, d) => WarmUp(c, d)),
        new("bursts", false, (c, d) => c.AddBursts(d.Uniform(.5, 6))),
        new("wandering", false, (c, d) => c.AddNoise(d.Uniform(.005, .03), d.Uniform(180, 720))),
        new("plateau", false, (_, _) => { }),
        new("slow leak", true, (c, d) => Leak(c, d.LogUniform(.08, .25) / 72)),
        new("fast leak", true, (c, d) => Leak(c, .6 / d.LogUniform(6, 72))),
        new("daily-cycle leak", true, DailyLeak),
        new("leak by load", true, (c, d) => c.AddLeakOfLoad(d.LogUniform(.1, .5) / 72)),
        new("sawtooth leak", true, SawtoothLeak),
        new("stepwise leak", true, StepwiseLeak),
        new("late leak", true, LateLeak),
        new("leak with bursts", true, BurstLeak),
    ];

    /// <summary>Shapes that no constant was chosen by: they were written after all were frozen.</summary>
    public static IReadOnlyList<LeakShape> HeldOut { get; } =
    [
        new("nightly batch", false, NightlyBatch),
        new("two levels", false, TwoLevels),
        new("draining", false, (c, d) => Drain(c, d.Uniform(.1, .4), d.LogUniform(2, 60))),
        new("accelerating leak", true, AcceleratingLeak),
        new("leak partly returned", true, PartlyReturned),
        new("leak after cache fill", true, LeakAfterFill),
    ];

    /// <summary>
    /// The invocations that this shape makes of a window of so many hours: one, but for restarts. One that reaches its
    /// limit ends there, as the OOM killer would have it.
    /// </summary>
    public IReadOnlyList<Life> Lives(ulong seed, int hours)
    {
        var draw = new Draw(Name.Aggregate(seed, (mixed, letter) => (mixed * 1_000_003) ^ letter));
        var limit = ByteLimit.Of((ulong)(draw.LogUniform(256, 8192) * (1 << 20)));
        var lives = new List<Life>();
        int left = hours * 60;
        long startUs = EpochUs;
        while (left > 0)
        {
            int minutes = Name == Restarting ? Math.Min(left, (int)draw.Uniform(60, 60 * hours * .6)) : left;
            var course = new Course(draw, minutes);
            course.AddBackground();
            Add(course, draw);
            lives.Add(course.Sample(limit, startUs));
            left -= minutes;
            startUs += minutes * 60_000_000L;
        }

        return lives;
    }

    private static void WarmUp(Course course, Draw draw)
    {
        double rise = draw.Uniform(.1, .4);
        double tau = draw.LogUniform(.3, 4);
        course.Add(hour => rise * (1 - Math.Exp(-hour / tau)));
    }

    // To a bound: by chance of a hit, by many keys with few requests each, as a heap that
    // fragments, or evenly until it is full.
    private static void CacheFill(Course course, Draw draw)
    {
        double rise = draw.Uniform(.15, .5);
        double tau = draw.LogUniform(4, 30);
        int kind = draw.Below(4);
        course.Add(hour => rise * kind switch
        {
            0 => 1 - Math.Exp(-hour / tau),
            1 => hour / (hour + tau),
            2 => Math.Log(1 + (8 * hour / tau)) / 5,
            _ => Math.Min(1, hour / (1.5 * tau)),
        });
    }

    private static void Steps(Course course, Draw draw)
    {
        double hours = course.Minutes / 60.0;
        int count = 1 + draw.Below(4);
        for (int i = 0; i < count; i++)
            course.AddStep(draw.Uniform(0, hours), draw.Uniform(.03, .15) * (draw.Chance(.8) ? 1 : -.5));
    }

    private static void Leak(Course course, double perHour) => course.Add(hour => perHour * hour);

    private static void DailyLeak(Course course, Draw draw)
    {
        course.AddDays(draw.Uniform(.05, .3));
        Leak(course, draw.LogUniform(.1, .4) / 72);
    }

    private static void SawtoothLeak(Course course, Draw draw)
    {
        course.AddTeeth(draw.Uniform(.05, .3), draw.LogUniform(.05, 6));
        Leak(course, draw.LogUniform(.1, .4) / 72);
    }

    private static void StepwiseLeak(Course course, Draw draw)
    {
        double perHour = draw.LogUniform(.1, .4) / 72;
        double every = draw.LogUniform(.3, 5);
        for (double at = draw.Uniform(0, every); at * 60 < course.Minutes; at += every * draw.Uniform(.4, 1.6))
            course.AddStep(at, perHour * every * draw.Uniform(.4, 1.6));
    }

    private static void LateLeak(Course course, Draw draw)
    {
        double begin = course.Minutes / 60.0 * draw.Uniform(.15, .5);
        double perHour = draw.LogUniform(.1, .5) / 48;
        course.Add(hour => perHour * Math.Max(0, hour - begin));
    }

    private static void BurstLeak(Course course, Draw draw)
    {
        course.AddBursts(draw.Uniform(.5, 4));
        Leak(course, draw.LogUniform(.1, .4) / 72);
    }

    // From two o'clock on, for hours; what it took is given back slowly.
    private static void NightlyBatch(Course course, Draw draw)
    {
        double height = draw.Uniform(.1, .4);
        double hours = draw.Uniform(.5, 4);
        double tau = draw.Uniform(.5, 6);
        double first = (26 - course.DeployedAt) % 24;
        course.Add(hour =>
        {
            double since = (hour - first + 24) % 24;
            return hour < first ? 0 : since < hours ? height * Math.Min(1, 4 * since)
                : height * Math.Exp((hours - since) / tau);
        });
    }

    private static void TwoLevels(Course course, Draw draw)
    {
        double height = draw.Uniform(.05, .3);
        double dwell = draw.LogUniform(2, 20);
        bool isUp = false;
        for (double at = draw.Exponential(dwell); at * 60 < course.Minutes; at += draw.Exponential(dwell))
        {
            isUp = !isUp;
            course.AddStep(at, isUp ? height : -height);
        }
    }

    private static void Drain(Course course, double height, double tau) =>
        course.Add(hour => height * Math.Exp(-hour / tau));

    private static void AcceleratingLeak(Course course, Draw draw)
    {
        double rise = draw.LogUniform(.1, .5);
        double power = draw.Uniform(1.3, 2.2);
        course.Add(hour => rise * Math.Pow(hour / 72, power));
    }

    // Every few hours, part of what leaked since the last time is given back.
    private static void PartlyReturned(Course course, Draw draw)
    {
        double perHour = draw.LogUniform(.2, .8) / 72;
        double every = draw.Uniform(3, 12);
        double share = draw.Uniform(.3, .6);
        Leak(course, perHour);
        for (double at = draw.Uniform(1, every); at * 60 < course.Minutes; at += every * draw.Uniform(.7, 1.3))
            course.AddStep(at, -perHour * every * share);
    }

    private static void LeakAfterFill(Course course, Draw draw)
    {
        double rise = draw.Uniform(.05, .2);
        double tau = draw.Uniform(2, 10);
        course.Add(hour => rise * (1 - Math.Exp(-hour / tau)));
        Leak(course, draw.LogUniform(.1, .4) / 72);
    }
}
