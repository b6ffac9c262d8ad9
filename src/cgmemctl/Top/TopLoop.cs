using System.Buffers;
using Cgmemd.Linux.Terminals;

namespace Cgmemd.Control.Top;

/// <summary>The display on a terminal: keys in, differences out.</summary>
internal sealed class TopLoop(RawTerminal terminal, TopDisplay display, Terminal output, TimeSpan delay)
{
    // A line may bring the bytes of one key in pieces.
    private static readonly TimeSpan KeyPatience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Forever = TimeSpan.FromHours(1);

    private readonly byte[] _input = new byte[1024];
    private readonly ArrayBufferWriter<byte> _bytes = new(16 * 1024);
    private readonly List<Key> _keys = [];
    private int _pending;
    private Grid? _shown;

    /// <summary>Runs until somebody quits or the terminal is gone.</summary>
    internal int Run()
    {
        display.Refresh();
        long refreshed = output.Clock.GetTimestamp();
        while (!terminal.IsGone)
        {
            Draw();
            TimeSpan wait = display.IsLive ? delay - output.Clock.GetElapsedTime(refreshed) : Forever;
            bool typed = terminal.Wait(_pending > 0 && wait > KeyPatience ? KeyPatience : wait);
            if (terminal.TakeSignals())
                _shown = null;
            if ((typed || _pending > 0) && !TakeKeys(typed))
                return ExitCode.Success;
            if (display.IsLive && output.Clock.GetElapsedTime(refreshed) >= delay)
            {
                display.Refresh();
                refreshed = output.Clock.GetTimestamp();
            }
        }

        return ExitCode.Failure;
    }

    private void Draw()
    {
        (int columns, int rows) = RawTerminal.Size;
        Grid next = display.Render(columns, rows);
        _bytes.ResetWrittenCount();
        ScreenDiff.Write(_shown, next, output.Color, _bytes);
        terminal.Write(_bytes.WrittenSpan);
        _shown = next;
    }

    // All that was typed is done before anything is drawn: over a slow line the keys may come faster than the screens.
    private bool TakeKeys(bool typed)
    {
        int count = typed ? terminal.Read(_input.AsSpan(_pending)) : 0;
        int length = _pending + count;
        _keys.Clear();
        int done = KeyDecoder.Decode(_input.AsSpan(0, length), isAll: count == 0 || length == _input.Length, _keys);
        _input.AsSpan(done, length - done).CopyTo(_input);
        _pending = length - done;
        foreach (Key key in _keys)
        {
            switch (display.Press(key))
            {
                case WishKind.Quit:
                    return false;
                case WishKind.Redraw:
                    _shown = null;
                    break;
            }
        }

        return true;
    }
}
