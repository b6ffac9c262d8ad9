namespace Cgmemd.Control.Top;

/// <summary>How a character is set off.</summary>
[Flags]
internal enum Look : byte
{
    Plain = 0,
    Bold = 1,
    Faint = 2,
    Reverse = 4,
    Red = 8,
    Yellow = 16,
    Green = 32,

    Colors = Red | Yellow | Green,
}
