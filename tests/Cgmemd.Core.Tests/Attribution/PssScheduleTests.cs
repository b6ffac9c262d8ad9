using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public class PssScheduleTests
{
    private const ulong MiB = 1 << 20;
    private const ulong GiB = 1 << 30;

    private static readonly PssLimits Limits = new(TimeSpan.FromSeconds(30), 0.005, 0.001);

    private readonly PssSchedule _schedule = new();

    public PssScheduleTests() => _schedule.Configure(Limits);

    [Fact]
    public void A_new_process_is_read_when_it_is_due_and_then_by_its_age()
    {
        var task = new PssTask();
        _schedule.Add(task, 10 * MiB, isPreferred: false, dueUs: 5_000_000);
        Assert.Null(_schedule.Take(4_999_999));
        Assert.Same(task, _schedule.Take(5_000_000));
        Assert.True(_schedule.Confirms(task, 10 * MiB, 5_000_000));
        _schedule.Complete(task, costUs: 200, nowUs: 5_000_200);
        Assert.Equal(35_000_200, task.DueUs);
        Assert.Null(_schedule.Take(35_000_199));
        Assert.Same(task, _schedule.Take(35_000_200));
    }

    [Fact]
    public void What_a_target_pays_for_its_reading_sets_how_often_it_is_read()
    {
        var task = new PssTask();
        _schedule.Add(task, 12 * GiB, isPreferred: true, dueUs: 0);
        Assert.Same(task, _schedule.Take(0));
        _schedule.Complete(task, costUs: 50_000, nowUs: 50_000);
        // 50 ms at a share of 0.1 %.
        Assert.Equal(50_050_000, task.DueUs);
        _schedule.Hurry(task, nowUs: 20_000_000);
        Assert.Equal(50_050_000, task.DueUs);
    }

    [Fact]
    public void An_alert_makes_it_due_before_the_interval()
    {
        var task = new PssTask();
        _schedule.Add(task, MiB, isPreferred: false, dueUs: 0);
        Assert.Same(task, _schedule.Take(0));
        _schedule.Complete(task, costUs: 200, nowUs: 200);
        _schedule.Hurry(task, nowUs: 10_000_000);
        Assert.Same(task, _schedule.Take(10_000_000));
    }

    [Fact]
    public void A_process_that_has_grown_waits_until_its_size_may_be_read()
    {
        var task = new PssTask();
        _schedule.Add(task, MiB, isPreferred: false, dueUs: 0);
        Assert.Same(task, _schedule.Take(0));
        _schedule.Complete(task, costUs: 200, nowUs: 200);
        Assert.Same(task, _schedule.Take(30_000_200));
        Assert.False(_schedule.Confirms(task, 100 * GiB, 30_000_200));
        // At 4 ms a GiB it takes 400 ms, which is allowed every 400 s.
        Assert.InRange(task.DueUs, 390_000_000, 410_000_000);
    }

    [Fact]
    public void What_cannot_be_read_is_tried_again_after_an_interval()
    {
        var task = new PssTask();
        _schedule.Add(task, MiB, isPreferred: false, dueUs: 0);
        Assert.Same(task, _schedule.Take(0));
        _schedule.Postpone(task, costUs: 20, nowUs: 20);
        Assert.Equal((30_000_020, null), (task.DueUs, task.ReadUs));
        _schedule.Remove(task);
        Assert.Equal(0, _schedule.Count);
        Assert.Null(_schedule.Take(30_000_020));
    }

    [Fact]
    public void A_shorter_interval_holds_at_once()
    {
        var task = new PssTask();
        _schedule.Add(task, MiB, isPreferred: false, dueUs: 0);
        Assert.Same(task, _schedule.Take(0));
        _schedule.Complete(task, costUs: 200, nowUs: 200);
        _schedule.Configure(Limits with { Interval = TimeSpan.FromSeconds(1) });
        _schedule.Reschedule(task);
        Assert.Equal(1_000_200, task.DueUs);
    }

    [Fact]
    public void Lists_of_processes_take_three_sixteenths_of_the_budget_and_scans_of_the_host_one_at_most()
    {
        _schedule.Listed(costUs: 1_000, nowUs: 0);
        Assert.Equal(PssSchedule.ListingUs, _schedule.ListingDueUs);
        _schedule.Listed(costUs: 100_000, nowUs: 0);
        Assert.Equal(106_666_666, _schedule.ListingDueUs);
        Assert.Equal(PssSchedule.ScanUs + 5, _schedule.Scanned(costUs: 1_000, nowUs: 5));
        Assert.Equal(320_000_005, _schedule.Scanned(costUs: 100_000, nowUs: 5));
        Assert.Equal((106_666_666, 202_000), (_schedule.ListingDueUs, _schedule.SpentUs));
    }

    [Fact]
    public void The_cost_of_a_host_is_learned()
    {
        var model = new PssCostModel();
        for (int i = 0; i < 200; i++)
        {
            model.Learn(MiB, 60);
            model.Learn(2 * GiB, 60 + 40);
        }

        Assert.InRange(model.FixedUs, 59, 61);
        Assert.InRange(model.PerGiBUs, 19, 21);
        Assert.InRange(model.Estimate(10 * GiB), 250, 270);
    }
}
