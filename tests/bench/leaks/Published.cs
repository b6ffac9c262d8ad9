using Cgmemd.Core.Tests.Trends;
using Cgmemd.Core.Trends;

/// <summary>What others do, as simply as it can be written. All are asked about one invocation at its end.</summary>
internal static class Published
{
    private const double HourUs = 3.6e9;

    /// <summary>The line of least squares, if it fits: R² of at least 0.8, and the growth matters.</summary>
    public static bool LeastSquares(Life life)
    {
        (double[] hours, double[] bytes) = Means(life, 10);
        return hours.Length > 2 && Fit(hours, bytes) is { RSquared: >= .8 } line && Matters(life, hours, line.Slope);
    }

    /// <summary>Prometheus: predict_linear(x[6h], 24 * 3600) is above the limit.</summary>
    public static bool PredictLinear(Life life)
    {
        long fromUs = life.Points.Length == 0 ? 0 : life.Points[^1].TimeUs - (long)(6 * HourUs);
        TrendPoint[] last = [.. life.Points.Where(point => point.TimeUs >= fromUs)];
        (double[] hours, double[] bytes) = Means(life with { Points = last }, 1);
        if (hours.Length < 3)
            return false;
        (double slope, double at, _) = Fit(hours, bytes);
        return at + (slope * (hours[^1] + 24)) > life.Limit.Bytes;
    }

    /// <summary>Mann–Kendall at 5 %, one-sided, of means of 30 minutes, if the growth matters.</summary>
    public static bool MannKendall(Life life)
    {
        (double[] hours, double[] bytes) = Means(life, 30);
        int n = hours.Length;
        if (n < 4)
            return false;
        int s = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
                s += Math.Sign(bytes[j] - bytes[i]);
        }

        double z = (s - 1) / Math.Sqrt(n * (n - 1.0) * ((2 * n) + 5) / 18);
        return z > 1.645 && Matters(life, hours, Fit(hours, bytes).Slope);
    }

    /// <summary>Coroot: what follows the last drop by half; least squares; the last quarter not much slower.</summary>
    public static bool Coroot(Life life, double sharePerHour)
    {
        (double[] hours, double[] bytes) = Means(life, 10);
        int from = 0;
        for (int i = 1; i < bytes.Length; i++)
            from = bytes[i] < bytes[i - 1] / 2 ? i : from;
        hours = hours[from..];
        bytes = bytes[from..];
        if (hours.Length < 12)
            return false;
        double slope = Fit(hours, bytes).Slope;
        int quarter = hours.Length * 3 / 4;
        return slope >= sharePerHour * bytes.Average() && Fit(hours[quarter..], bytes[quarter..]).Slope >= .3 * slope;
    }

    /// <summary>Floor and guards as cgmemd began: minima, Theil–Sen, tau, the last third, the largest step.</summary>
    public static bool FloorAndGuards(Life life)
    {
        (double[] hours, double[] bytes) = Minima(life);
        int n = hours.Length;
        if (n < 12)
            return false;
        (double slope, double tau) = Sen(hours, bytes);
        double growth = slope * (hours[^1] - hours[0]);
        int third = n / 3;
        double step = 0;
        for (int i = 1; i < n; i++)
            step = Math.Max(step, bytes[i] - bytes[i - 1]);
        return slope >= 1 << 20 && growth >= .05 * life.Limit.Bytes && tau >= .6
            && Sen(hours[^third..], bytes[^third..]).Slope >= .7 * slope
            && bytes[^third..].Min() > bytes[..third].Order().ElementAt(third / 2)
            && step <= growth / 2;
    }

    // At least 8 MiB and 5 % of the limit: without it each of these would call any drift a leak.
    private static bool Matters(Life life, double[] hours, double slope) =>
        slope * (hours[^1] - hours[0]) >= 8 << 20 && slope * (hours[^1] - hours[0]) >= .05 * life.Limit.Bytes;

    private static (double[] Hours, double[] Bytes) Means(Life life, int minutes) =>
        Buckets(life, minutes, 0, values => values.Average());

    private static (double[] Hours, double[] Bytes) Minima(Life life) => Buckets(life, 30, 60, values => values.Min());

    private static (double[] Hours, double[] Bytes) Buckets(
        Life life, int minutes, int warmUp, Func<IEnumerable<double>, double> figure)
    {
        var buckets = life.Points.Where(point => point.TimeUs - life.StartUs >= warmUp * 60_000_000L)
            .GroupBy(point => (point.TimeUs - life.StartUs) / (minutes * 60_000_000L))
            .Select(bucket => (Hour: bucket.Key * minutes / 60.0, Bytes: figure(bucket.Select(p => (double)p.Bytes))))
            .ToArray();
        return ([.. buckets.Select(bucket => bucket.Hour)], [.. buckets.Select(bucket => bucket.Bytes)]);
    }

    private static (double Slope, double At, double RSquared) Fit(double[] x, double[] y)
    {
        double meanX = x.Average(), meanY = y.Average();
        double xx = 0, xy = 0, yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }

        double slope = xy / xx;
        return (slope, meanY - (slope * meanX), yy == 0 ? 0 : xy * xy / (xx * yy));
    }

    private static (double Slope, double Tau) Sen(double[] x, double[] y)
    {
        var slopes = new List<double>();
        int order = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = i + 1; j < x.Length; j++)
            {
                slopes.Add((y[j] - y[i]) / (x[j] - x[i]));
                order += Math.Sign(y[j] - y[i]);
            }
        }

        slopes.Sort();
        return (slopes[slopes.Count / 2], (double)order / slopes.Count);
    }
}
