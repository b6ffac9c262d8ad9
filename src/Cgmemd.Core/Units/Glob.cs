namespace Cgmemd.Core.Units;

/// <summary>
/// Shell globs over unit names and cgroup paths: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[!a-c]</c>. No wildcard matches
/// a slash (fnmatch with FNM_PATHNAME); unit names hold none, so there it makes no difference. A backslash is a plain
/// character (FNM_NOESCAPE, as in systemd): unit names hold escapes such as <c>\x2d</c>.
/// </summary>
/// <remarks>Source: fnmatch(3), glob(7); systemctl(1) "PATTERN".</remarks>
public static class Glob
{
    /// <summary>Whether the text as a whole matches the pattern.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, starPattern = -1, starText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starPattern = p++;
                starText = t;
            }
            else if (p < pattern.Length && MatchesOne(pattern, p, text[t], out int next))
            {
                p = next;
                t++;
            }
            else if (starPattern >= 0 && text[starText] != '/')
            {
                p = starPattern + 1;
                t = ++starText;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    /// <summary>Whether any of the patterns matches.</summary>
    public static bool IsMatchAny(IReadOnlyList<string> patterns, ReadOnlySpan<char> text)
    {
        for (int i = 0; i < patterns.Count; i++)
        {
            if (IsMatch(patterns[i], text))
                return true;
        }

        return false;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, int p, char c, out int next)
    {
        next = p + 1;
        switch (pattern[p])
        {
            case '?':
                return c != '/';
            case '[' when IsSet(pattern[(p + 1)..]):
                return MatchesSet(pattern, ref next, c) && c != '/';
            default:
                return pattern[p] == c;
        }
    }

    // A bracket that is never closed is a plain character; one right at the start of a set is a member of it.
    private static bool IsSet(ReadOnlySpan<char> afterBracket)
    {
        int first = afterBracket is ['!' or '^', ..] ? 1 : 0;
        return afterBracket.Length > first && afterBracket[(first + 1)..].Contains(']');
    }

    // On entry next is behind the opening bracket, on return behind the closing one.
    private static bool MatchesSet(ReadOnlySpan<char> pattern, ref int next, char c)
    {
        bool negated = pattern[next] is '!' or '^';
        if (negated)
            next++;
        bool found = false;
        int first = next;
        while (next < pattern.Length && (pattern[next] != ']' || next == first))
        {
            char low = pattern[next], high = low;
            if (next + 2 < pattern.Length && pattern[next + 1] == '-' && pattern[next + 2] != ']')
            {
                high = pattern[next + 2];
                next += 2;
            }

            found |= low <= c && c <= high;
            next++;
        }

        next++;
        return found != negated;
    }
}
