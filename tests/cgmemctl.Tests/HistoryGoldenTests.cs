using Xunit;

namespace Cgmemd.Control.Tests;

/// <summary>What a person sees of the history, to the letter.</summary>
public sealed class HistoryGoldenTests
{
    [Fact]
    public void History_of_the_last_day() => Prints(
        nameof(History_of_the_last_day), 80, "history", "api");

    [Fact]
    public void History_of_a_leak_with_its_alert_and_its_end() => Prints(
        nameof(History_of_a_leak_with_its_alert_and_its_end), 80,
        "history", "api", "-S", "08:30", "-U", "09:40", "--step", "5m");

    [Fact]
    public void History_with_charts() => Prints(
        nameof(History_with_charts), 130, "history", "api", "-S", "08:00", "-U", "09:40");

    [Fact]
    public void History_around_an_oom_kill() => Prints(
        nameof(History_around_an_oom_kill), 80, "history", "api", "--around", "oom");

    [Fact]
    public void History_of_fields() => Prints(
        nameof(History_of_fields), 80, "history", "api", "-S", "09:20", "-U", "09:30", "--fields",
        "current,working_set,events.high,some,full.total,max,memory.high");

    [Fact]
    public void History_as_JSON() => Prints(
        nameof(History_as_JSON), 80,
        "history", "api", "-S", "-30s", "--step=10s", "--fields", "current,working_set,high", "--json");

    [Fact]
    public void Events_of_the_history() => Prints(
        nameof(Events_of_the_history), 80, "events");

    [Fact]
    public void Events_of_a_kind() => Prints(
        nameof(Events_of_a_kind), 80, "events", "-e", "oom-kill", "-u", "api*", "-n", "1", "-S", "yesterday");

    [Fact]
    public void Invocations_of_a_unit() => Prints(
        nameof(Invocations_of_a_unit), 80, "invocations", "api");

    [Fact]
    public void Invocations_of_all_units() => Prints(
        nameof(Invocations_of_all_units), 110, "invocations");

    [Fact]
    public void Invocations_as_JSON() => Prints(
        nameof(Invocations_as_JSON), 80, "invocations", "api", "--json", "-U", "today");

    [Fact]
    public void Show_around_an_oom_kill() => Prints(
        nameof(Show_around_an_oom_kill), 80, "show", "api", "--around", "oom");

    [Fact]
    public void Show_at_a_time() => Prints(
        nameof(Show_at_a_time), 80, "show", "postgresql@16-main.service", "--at", "09:00");

    [Fact]
    public void Show_at_a_time_as_JSON() => Prints(
        nameof(Show_at_a_time_as_JSON), 80, "show", "api", "--at", "09:29:58", "--json=pretty");

    [Fact]
    public void Show_now_with_its_growth_from_the_history() => Prints(
        nameof(Show_now_with_its_growth_from_the_history), 80, "show", "api");

    [Fact]
    public void Memory_around_an_alert() => Prints(
        nameof(Memory_around_an_alert), 80, "show", "--memory", "api", "--around", "alert");

    [Fact]
    public void Memory_at_a_time_as_JSON() => Prints(
        nameof(Memory_at_a_time_as_JSON), 80, "show", "--memory", "api", "--at", "09:25", "--json=pretty");

    [Fact]
    public void Processes_now() => Prints(nameof(Processes_now), 80, "ps", "api");

    [Fact]
    public void Processes_now_as_JSON() => Prints(
        nameof(Processes_now_as_JSON), 80, "ps", "api", "--sort=rss", "--json=pretty");

    [Fact]
    public void Processes_at_a_time() => Prints(nameof(Processes_at_a_time), 80, "ps", "api", "--at", "09:29:55");

    [Fact]
    public void Diff_of_a_leak() => Prints(nameof(Diff_of_a_leak), 80, "diff", "api", "08:10", "09:29:55");

    [Fact]
    public void Diff_between_marks() => Prints(
        nameof(Diff_between_marks), 80, "diff", "api", "load test begins", "a deployment");

    [Fact]
    public void Diff_across_a_restart_to_now() => Prints(
        nameof(Diff_across_a_restart_to_now), 80, "diff", "api", "1h ago");

    [Fact]
    public void Diff_as_JSON() => Prints(
        nameof(Diff_as_JSON), 80, "diff", "api", "08:10", "09:29:55", "--json=pretty");

    [Fact]
    public void Export_as_CSV() => Prints(
        nameof(Export_as_CSV), 80, "export", "--fields", "current,memory.high,pss", "-S", "09:29:55", "-U", "09:30:10");

    [Fact]
    public void Export_of_steps_as_CSV() => Prints(
        nameof(Export_of_steps_as_CSV), 80,
        "export", "api", "--fields", "current,max,working_set,events.high", "-S", "09:20", "-U", "09:35", "--step=5m");

    [Fact]
    public void Export_as_JSON_lines() => Prints(
        nameof(Export_as_JSON_lines), 80,
        "export", "api", "--fields", "current,high,events.high", "-S", "09:29:55", "-U", "09:30:10",
        "--format=json");

    [Fact]
    public void Export_as_OpenMetrics() => Prints(
        nameof(Export_as_OpenMetrics), 80, "export", "--format=openmetrics", "--fields",
        "current,working_set,limit,pss,some.total,some.avg10,events.oom_kill,pids", "-S", "09:29:55", "-U", "09:30:10");

    private static void Prints(string name, int width, params string[] arguments)
    {
        using var run = new ControlRun { HasHistory = true, Width = width };
        Assert.Equal(0, run.Run(arguments));
        Assert.Equal("", run.Error);
        Golden.Equal(run.Out, name);
    }
}
