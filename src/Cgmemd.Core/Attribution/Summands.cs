namespace Cgmemd.Core.Attribution;

/// <summary>The parts of a sum, rounded so that what is shown adds up to what is shown as the sum.</summary>
public static class Summands
{
    /// <summary>
    /// Each part in whole units. They add up to the rounded sum of all; each is less than one unit from what it is.
    /// </summary>
    /// <param name="parts">In bytes; any may be negative.</param>
    /// <param name="unit">In bytes; more than 0.</param>
    public static long[] Round(IReadOnlyList<long> parts, long unit)
    {
        var rounded = new long[parts.Count];
        var rests = new long[parts.Count];
        long sum = 0, missing = 0;
        for (int i = 0; i < rounded.Length; i++)
        {
            rests[i] = Rest(parts[i], unit);
            rounded[i] = (parts[i] - rests[i]) / unit;
            sum += parts[i];
            missing -= rounded[i];
        }

        // What was cut off adds up to the missing units and half of one at most, so there is a part for each of them.
        long half = sum + (unit / 2);
        for (missing += (half - Rest(half, unit)) / unit; missing > 0; missing--)
        {
            int greatest = 0;
            for (int i = 1; i < rests.Length; i++)
                greatest = rests[i] > rests[greatest] ? i : greatest;
            rounded[greatest]++;
            rests[greatest] = -1;
        }

        return rounded;
    }

    private static long Rest(long value, long unit) => ((value % unit) + unit) % unit;
}
