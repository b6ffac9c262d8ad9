using Cgmemd.Core.Trends;

namespace Cgmemd.Core.Tests.Trends;

/// <summary>
/// That leak detection stays as good as was asked of it, at 72 hours, on seeds that nothing was chosen by and that no
/// table of docs/leak-detection.md is made of.
/// </summary>
public sealed class LeakGoalsTests
{
    private const int Seeds = 25;

    [Fact]
    public void TheGoalsHoldAtThreeDays()
    {
        Dictionary<LeakShape, int> found = LeakShape.All.AsParallel().ToDictionary(shape => shape, Found);
        double right = found.Where(pair => pair.Key.IsLeak).Sum(pair => pair.Value);
        double wrong = found.Where(pair => !pair.Key.IsLeak).Sum(pair => pair.Value);
        string counts = string.Join(", ", found.Select(pair => $"{pair.Key.Name} {pair.Value}"));
        Assert.True(right / (right + wrong) >= .97, "precision: " + counts);
        Assert.True(right / (Seeds * found.Keys.Count(shape => shape.IsLeak)) >= .93, "recall: " + counts);
        Assert.True(wrong / (Seeds * found.Keys.Count(shape => !shape.IsLeak)) <= .02, "false positives: " + counts);
        Assert.True(found.Single(pair => pair.Key.Name == "daily-cycle leak").Value >= .8 * Seeds, "daily: " + counts);
    }

    private static int Found(LeakShape shape)
    {
        int found = 0;
        for (ulong seed = LeakShape.Regression; seed < LeakShape.Regression + Seeds; seed++)
        {
            found += shape.Lives(seed, 72)
                .Any(life => LeakDetection.Judge(life.Floor(), life.Limit).Verdict == TrendVerdict.Leaking) ? 1 : 0;
        }

        return found;
    }
}
