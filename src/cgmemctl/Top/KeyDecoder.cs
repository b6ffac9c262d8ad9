using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cgmemd.Control.Top;

/// <summary>Keys out of the bytes a terminal sends for them.</summary>
/// <remarks>Source: ECMA-48, 5.4 (control sequences); xterm's ctlseqs, "PC-Style Function Keys".</remarks>
internal static class KeyDecoder
{
    private const byte Esc = 0x1b;

    /// <summary>Takes the keys that are whole.</summary>
    /// <param name="input">What came, the rest of the last time first.</param>
    /// <param name="isAll">
    /// Whether nothing more will come: an escape alone is then the key of that name. A slow line may bring a sequence
    /// in pieces, so the caller waits a little before it says so.
    /// </param>
    /// <param name="keys">The keys are added to it.</param>
    /// <returns>How many bytes are done with.</returns>
    internal static int Decode(ReadOnlySpan<byte> input, bool isAll, List<Key> keys)
    {
        int done = 0;
        while (done < input.Length)
        {
            int length = One(input[done..], isAll, out Key key);
            if (length == 0)
                break;
            done += length;
            if (key.Kind != KeyKind.Unknown)
                keys.Add(key);
        }

        return done;
    }

    // The bytes of the first key, or 0 where some of it has yet to come.
    private static int One(ReadOnlySpan<byte> input, bool isAll, out Key key)
    {
        if (input[0] == Esc)
            return Sequence(input, isAll, out key);
        if (input[0] is < 0x20 or 0x7f)
        {
            key = new Key(Control(input[0]));
            return 1;
        }

        OperationStatus status = Rune.DecodeFromUtf8(input, out Rune rune, out int length);
        key = status == OperationStatus.Done && !Rune.IsControl(rune) ? new Key(KeyKind.Character, rune) : default;
        return status == OperationStatus.NeedMoreData && !isAll ? 0 : length;
    }

    private static KeyKind Control(byte code) => code switch
    {
        0x0d or 0x0a => KeyKind.Enter,
        0x08 or 0x7f => KeyKind.Backspace,
        0x0c => KeyKind.Redraw,
        0x15 => KeyKind.Clear,
        _ => KeyKind.Unknown,
    };

    private static int Sequence(ReadOnlySpan<byte> input, bool isAll, out Key key)
    {
        key = new Key(KeyKind.Escape);
        if (input.Length == 1)
            return isAll ? 1 : 0;
        if (input[1] is not ((byte)'[' or (byte)'O'))
            return 1;

        // ESC O and one byte, or ESC [, parameters and a final byte from @ to ~.
        int end = 2;
        while (input[1] == '[' && end < input.Length && input[end] is >= 0x20 and < 0x40)
            end++;
        if (end == input.Length)
            return isAll ? end : 0;
        key = new Key(input[end] is >= 0x40 and < 0x7f ? Named(input[2..end], input[end]) : KeyKind.Unknown);
        return input[end] is Esc ? end : end + 1;
    }

    private static KeyKind Named(ReadOnlySpan<byte> parameters, byte final) => final switch
    {
        (byte)'A' => KeyKind.Up,
        (byte)'B' => KeyKind.Down,
        (byte)'C' => KeyKind.Right,
        (byte)'D' => KeyKind.Left,
        (byte)'H' => KeyKind.Home,
        (byte)'F' => KeyKind.End,
        (byte)'P' => KeyKind.Help,
        (byte)'M' => KeyKind.Enter,
        (byte)'~' => Numbered(parameters),
        _ => KeyKind.Unknown,
    };

    private static KeyKind Numbered(ReadOnlySpan<byte> parameters)
    {
        int end = parameters.IndexOf((byte)';');
        ReadOnlySpan<byte> first = end < 0 ? parameters : parameters[..end];
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number switch
            {
                1 or 7 => KeyKind.Home,
                4 or 8 => KeyKind.End,
                5 => KeyKind.PageUp,
                6 => KeyKind.PageDown,
                11 => KeyKind.Help,
                _ => KeyKind.Unknown,
            }
            : KeyKind.Unknown;
    }
}
