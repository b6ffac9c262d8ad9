using System.Text.RegularExpressions;

namespace Tidy.Tests;

/// <summary>A member of a type that has a body in braces.</summary>
/// <param name="Line">Where its header begins, from 1 on.</param>
/// <param name="Length">Lines from the header to the closing brace.</param>
internal readonly record struct Function(int Line, int Length);

/// <summary>
/// How long the functions of a C# file are, by its braces: as `dotnet format` has them, each stands on a line of its
/// own and closes at the column where it opened. No parser: what is in a raw string is left out, and that is all.
/// </summary>
internal static partial class FunctionLengths
{
    public static IEnumerable<Function> Of(string[] source)
    {
        string[] lines = WithoutRawStrings(source);
        // The lines where the types end that are open.
        var types = new Stack<int>();
        for (int i = 0; i < lines.Length; i++)
        {
            while (types.Count > 0 && i > types.Peek())
                types.Pop();
            if (lines[i].Trim() != "{")
                continue;
            int start = HeaderOf(lines, i);
            int end = EndOf(lines, i);
            if (TypeHeader().IsMatch(lines[start]))
            {
                types.Push(end);
            }
            else if (types.Count > 0)
            {
                yield return new Function(start + 1, end - start + 1);
                i = end;
            }
        }
    }

    // Back over the lines of the same statement.
    private static int HeaderOf(string[] lines, int brace)
    {
        int start = brace;
        while (start > 0 && !Boundary().IsMatch(lines[start - 1]))
            start--;
        return start;
    }

    private static int EndOf(string[] lines, int brace)
    {
        string closing = lines[brace].Replace('{', '}').TrimEnd();
        int end = Array.FindIndex(lines, brace, line => line.StartsWith(closing, StringComparison.Ordinal));
        return end < 0 ? lines.Length - 1 : end;
    }

    private static string[] WithoutRawStrings(string[] source)
    {
        bool isInside = false;
        var lines = new string[source.Length];
        for (int i = 0; i < source.Length; i++)
        {
            bool turns = RawQuotes().Count(source[i]) % 2 == 1;
            lines[i] = isInside ? "" : source[i];
            isInside ^= turns;
        }

        return lines;
    }

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();

    // What ends before a header: a statement, a block, an attribute, a comment or an empty line.
    [GeneratedRegex(@"^\s*$|[;{}]\s*$|^\s*//|^\s*\[.*\]\s*$")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"^\s*(\w+ )*(class|struct|record|interface|enum|extension)\b(?!\s*[=;,.)])")]
    private static partial Regex TypeHeader();
}
