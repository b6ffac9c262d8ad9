namespace Cgmemd.Core.Configuration;

/// <summary>Finds the name that a misspelt one was probably meant to be.</summary>
internal static class Spelling
{
    /// <summary>
    /// The nearest of the names, if near enough: one letter may be wrong, and one more of every eight.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> names)
    {
        string? nearest = null;
        int least = 2 + word.Length / 8;
        foreach (string name in names)
        {
            // No need to count where the lengths differ by more; this also bounds the work on a long key.
            if (Math.Abs(name.Length - word.Length) >= least)
                continue;
            int distance = Distance(word.ToLowerInvariant(), name.ToLowerInvariant());
            if (distance < least)
                (nearest, least) = (name, distance);
        }

        return nearest;
    }

    /// <summary>
    /// How many letters were left out, added, changed or swapped with their neighbour (optimal string alignment).
    /// </summary>
    internal static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
