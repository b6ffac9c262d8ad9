using System.Text;

namespace Cgmemd.Control.Top;

/// <summary>Which key, or that it is a character.</summary>
internal enum KeyKind
{
    /// <summary>A key that nobody here knows.</summary>
    Unknown,
    Character,
    Enter,
    Escape,
    Backspace,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Help,

    /// <summary>Ctrl-L.</summary>
    Redraw,

    /// <summary>Ctrl-U: away with what is typed.</summary>
    Clear,
}

/// <summary>A key pressed.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Character">What it writes, where it is a character.</param>
internal readonly record struct Key(KeyKind Kind, Rune Character = default)
{
    internal static Key Of(char character) => new(KeyKind.Character, new Rune(character));
}
