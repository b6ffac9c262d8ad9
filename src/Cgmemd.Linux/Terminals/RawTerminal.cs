using System.Runtime.InteropServices;
using Cgmemd.Linux.Native;
using Cgmemd.Linux.Polling;

namespace Cgmemd.Linux.Terminals;

/// <summary>
/// The terminal on standard input and output for a full-screen program: keys come as they are pressed, and the other
/// screen is used, so that what was there before is there again. However the program ends, short of SIGKILL, the
/// terminal is put back.
/// </summary>
public sealed class RawTerminal : IDisposable
{
    private const int Input = 0, Output = 1;

    // Other screen, cursor hidden, no wrap: the last column can be written without scrolling.
    private static ReadOnlySpan<byte> Begin => "\e[?1049h\e[?25l\e[?7l"u8;

    private static ReadOnlySpan<byte> End => "\e[m\e[?7h\e[?25h\e[?1049l"u8;

    private readonly Lock _writing = new();
    private readonly Poller _poller = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private LibC.Termios _before;
    private bool _raw;
    private volatile bool _resized, _continued, _stopAsked;

    private RawTerminal(in LibC.Termios before) => _before = before;

    /// <summary>Takes the terminal; null where standard input or output is none.</summary>
    public static RawTerminal? TryOpen()
    {
        if (LibC.tcgetattr(Output, out _) != 0 || LibC.tcgetattr(Input, out LibC.Termios before) != 0)
            return null;

        var terminal = new RawTerminal(before);
        terminal._poller.Add(Input, PollEvents.Readable, Input);
        terminal.Handle();
        terminal.Enter();
        return terminal;
    }

    /// <summary>Columns and rows; 80 and 24 where the terminal does not know.</summary>
    public static (int Columns, int Rows) Size =>
        LibC.ioctl(Output, LibC.TIOCGWINSZ, out LibC.WindowSize size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? (size.Columns, size.Rows)
            : (80, 24);

    /// <summary>Whether the terminal is gone: nothing more can be read or written.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Waits until there is something to read, a signal has come or the time is over.</summary>
    public bool Wait(TimeSpan timeout)
    {
        Span<(ulong, PollEvents)> ready = stackalloc (ulong, PollEvents)[1];
        return _poller.Wait((int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, int.MaxValue), ready) > 0;
    }

    /// <summary>What was typed; call it when <see cref="Wait"/> says that there is something.</summary>
    public unsafe int Read(Span<byte> buffer)
    {
        nint count;
        fixed (byte* start = buffer)
            count = LibC.read_raw(Input, start, buffer.Length);
        Errno errno = Errnos.Last;
        IsGone |= count == 0 || (count < 0 && errno is not (Errno.EINTR or Errno.EAGAIN));
        return (int)Math.Max(count, 0);
    }

    /// <summary>Writes all of it, unless the terminal has been given back meanwhile.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            if (_raw)
                WriteAll(bytes);
        }
    }

    /// <summary>
    /// Does what the signals that came ask for: stops the process on SIGTSTP with the terminal given back meanwhile.
    /// </summary>
    /// <returns>Whether the screen must be drawn anew as a whole.</returns>
    public bool TakeSignals()
    {
        if (_stopAsked)
        {
            _stopAsked = false;
            Leave();
            _ = LibC.kill(Environment.ProcessId, LibC.SIGSTOP);
            _continued = true;
        }

        bool anew = _resized || _continued;
        // Whoever stopped us, or the shell meanwhile, may have changed the settings.
        if (_continued)
            Enter();
        _resized = _continued = false;
        return anew;
    }

    public void Dispose()
    {
        Leave();
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _poller.Dispose();
    }

    private void Handle()
    {
        // These end the process by default, and shall: only the terminal is put back before.
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)
            [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Leave()));
        }

        On(PosixSignal.SIGWINCH, () => _resized = true);
        On(PosixSignal.SIGCONT, () => _continued = true);
        On(PosixSignal.SIGTSTP, () => _stopAsked = true);
    }

    private void On(PosixSignal signal, Action note) => _signals.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        note();
        _poller.Wake();
    }));

    private void Enter()
    {
        lock (_writing)
        {
            LibC.Termios raw = _before;
            raw.Input &= ~(LibC.Termios.ICRNL | LibC.Termios.IXON);
            raw.Local &= ~(LibC.Termios.ICANON | LibC.Termios.ECHO | LibC.Termios.IEXTEN);
            raw.Min = 1;
            raw.Time = 0;
            _ = LibC.tcsetattr(Input, LibC.TCSANOW, in raw);
            _raw = true;
            WriteAll(Begin);
        }
    }

    private void Leave()
    {
        // A line that takes no more bytes must not keep us from ending: a write may be stuck, holding the lock.
        bool locked = _writing.TryEnter(TimeSpan.FromSeconds(1));
        try
        {
            if (!_raw)
                return;
            _raw = false;
            _ = LibC.tcsetattr(Input, LibC.TCSANOW, in _before);
            if (locked)
                WriteAll(End);
        }
        finally
        {
            if (locked)
                _writing.Exit();
        }
    }

    private unsafe void WriteAll(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint written = 0;
            while (written < bytes.Length && !IsGone)
            {
                nint count = LibC.write_raw(Output, start + written, bytes.Length - written);
                Errno errno = Errnos.Last;
                if (count >= 0)
                    written += count;
                else if (errno is not (Errno.EINTR or Errno.EAGAIN))
                    IsGone = true;
            }
        }
    }
}
