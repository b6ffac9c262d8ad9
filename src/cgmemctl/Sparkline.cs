namespace Cgmemd.Control;

/// <summary>A small chart in a line of text: a block of an eighth to all of a line's height for each value.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>
    /// A character a value, its height from 0 to <paramref name="top"/>; a blank where the value is absent, and a full
    /// block for one above the top. The least height is for 0 and what is next to it.
    /// </summary>
    internal static string Render(ReadOnlySpan<ulong?> values, ulong top)
    {
        Span<char> text = values.Length <= 256 ? stackalloc char[values.Length] : new char[values.Length];
        for (int i = 0; i < values.Length; i++)
            text[i] = values[i] is { } value ? Blocks[Height(value, top)] : ' ';
        return text.ToString();
    }

    private static int Height(ulong value, ulong top) => top == 0 ? 0
        : (int)Math.Min((ulong)Blocks.Length - 1, (ulong)((UInt128)value * (ulong)Blocks.Length / top));
}
