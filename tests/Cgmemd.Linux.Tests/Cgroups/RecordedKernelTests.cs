using System.Globalization;
using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Linux.Tests.Cgroups;

/// <summary>What running kernels really wrote: every metric is present exactly when its file has its key.</summary>
public class RecordedKernelTests
{
    private const string Api = "/system.slice/api.service";

    [Theory]
    [InlineData("recorded-6.1")]
    [InlineData("recorded-6.12")]
    public void EveryMetricIsReadAsTheKernelWroteIt(string kernel)
    {
        using var tree = new FixtureTree(kernel);
        Assert.Equal(ReadStatus.Ok, Cgroup.TryOpen(tree.Root, Api, out Cgroup? cgroup));
        using (cgroup)
        {
            var sample = new Sample();
            Assert.Equal(ReadStatus.Ok, cgroup!.Read(ref sample));
            Assert.Null(cgroup.FailedFile);
            for (int i = 0; i < Metrics.Count; i++)
            {
                string key = Metrics.Key((Metric)i);
                if (key is "memory.peak.interval" or "working_set")
                    continue;
                Assert.Equal((key, Written(tree.Root + Api, key)), (key, sample[(Metric)i]));
            }

            ReadStatus status = cgroup.ReadLimits(out ByteLimit high, out ByteLimit max, out ByteLimit swapMax);
            Assert.Equal(ReadStatus.Ok, status);
            Assert.Equal((ByteLimit.Max, ByteLimit.Of(536870912), ByteLimit.Of(0)), (high, max, swapMax));
        }
    }

    // memory.stat.anon is the line "anon N" of memory.stat; memory.current is a file of its own; the averages have a
    // dot that the metric leaves out.
    private static ulong? Written(string directory, string key)
    {
        if (File.Exists($"{directory}/{key}"))
            return Number(File.ReadAllText($"{directory}/{key}"));
        foreach (string file in (string[])["memory.stat", "memory.events.local", "memory.events"])
        {
            if (!key.StartsWith(file + ".", StringComparison.Ordinal))
                continue;
            string start = key[(file.Length + 1)..] + " ";
            string? line = FirstLine($"{directory}/{file}", start);
            return line is null ? null : Number(line[start.Length..]);
        }

        if (!key.StartsWith("memory.pressure.", StringComparison.Ordinal))
            return null;
        string[] parts = key.Split('.');
        string pressure = FirstLine(directory + "/memory.pressure", parts[2])!;
        string word = pressure.Split(' ').First(w => w.StartsWith(parts[3] + "=", StringComparison.Ordinal));
        return Number(word[(parts[3].Length + 1)..].Replace(".", "", StringComparison.Ordinal));
    }

    private static string? FirstLine(string path, string start) =>
        File.ReadLines(path).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));

    private static ulong Number(string text) => ulong.Parse(text.AsSpan().Trim(), CultureInfo.InvariantCulture);
}
