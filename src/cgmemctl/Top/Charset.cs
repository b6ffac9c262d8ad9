using System.Globalization;
using System.Text;

namespace Cgmemd.Control.Top;

/// <summary>What the terminal can show, and the characters we draw with there.</summary>
/// <param name="IsUtf8">Whether more than ASCII.</param>
/// <param name="Ellipsis">For what is left out.</param>
/// <param name="Open">Before what can be folded.</param>
/// <param name="Folded">Before what is folded.</param>
/// <param name="Downward">Behind the title of the column in order, largest first.</param>
/// <param name="Upward">The same, smallest first.</param>
internal sealed record Charset(
    bool IsUtf8, string Ellipsis, string Open, string Folded, string Downward, string Upward)
{
    internal static Charset Utf8 { get; } = new(true, "…", "▾", "▸", "↓", "↑");

    internal static Charset Ascii { get; } = new(false, "~", "-", "+", "v", "^");

    /// <summary>What a locale says: LC_ALL, LC_CTYPE and LANG in this order, the first that is set.</summary>
    internal static Charset Of(params ReadOnlySpan<string?> locale)
    {
        foreach (string? name in locale)
        {
            if (!string.IsNullOrEmpty(name))
            {
                return name.Contains("utf-8", StringComparison.OrdinalIgnoreCase)
                    || name.Contains("utf8", StringComparison.OrdinalIgnoreCase) ? Utf8 : Ascii;
            }
        }

        return Ascii;
    }

    /// <summary>
    /// What is shown of a character, and how many columns it takes: none for one that joins the one before, and for
    /// what would steer the terminal a sign in its place.
    /// </summary>
    internal (Rune Rune, int Columns) Show(Rune rune)
    {
        if (rune.Value is >= 0x20 and < 0x7f)
            return (rune, 1);
        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            return (rune, 0);
        if (!IsUtf8)
            return (new Rune('?'), 1);
        return category is UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            ? (Rune.ReplacementChar, 1)
            : (rune, IsWide(rune.Value) ? 2 : 1);
    }

    // East Asian Width W and F, in blocks; source: Unicode's EastAsianWidth.txt.
    private static bool IsWide(int code) => code is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0x303e)
        or (>= 0x3041 and <= 0x4dbf) or (>= 0x4e00 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3)
        or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60)
        or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1f64f) or (>= 0x1f680 and <= 0x1f6ff)
        or (>= 0x1f900 and <= 0x1f9ff) or (>= 0x20000 and <= 0x3fffd);
}
