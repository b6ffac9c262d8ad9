using Xunit;

namespace Cgmemd.Control.Tests;

public sealed class TrendCommandTests
{
    [Fact]
    public void The_trend_of_a_unit()
    {
        using var run = new ControlRun { HasHistory = true, Width = 120 };
        Assert.Equal(0, run.Run("trend", "api", "--fabric"));
        Golden.Equal(run.Out, "Trend_of_a_unit");
    }

    [Fact]
    public void The_trend_of_a_unit_as_Markdown_in_a_file()
    {
        string file = Path.GetTempFileName();
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run("trend", "api", "--md", "--save", file));
        Assert.Equal($"Written to {file}.\n", run.Error);
        Golden.Equal(File.ReadAllText(file), "Trend_of_a_unit_as_Markdown");
        File.Delete(file);
    }

    [Fact]
    public void The_trend_of_a_unit_as_JSON()
    {
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run("trend", "api", "--json=pretty", "--fabric"));
        Golden.Equal(run.Out, "Trend_of_a_unit_as_JSON");
    }

    [Fact]
    public void What_is_asserted_and_does_not_hold_is_1()
    {
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(0, run.Run("trend", "api", "--assert-max", "1G", "--assert-slope", "0"));
        Assert.Equal(1, run.Run("trend", "api", "--assert-max", "100M"));
        Assert.Contains("--assert-max: the peak of 222M is above 100M", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Run("trend", "api", "--assert-max", "100MB"));
        Assert.Equal(1, run.Run("trend", "nobody"));
    }
}
