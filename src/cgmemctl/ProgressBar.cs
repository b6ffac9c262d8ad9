namespace Cgmemd.Control;

/// <summary>
/// How far a long work is, in one line on standard error that is wiped away at the end. Shown only to a person at a
/// terminal, and only where the work takes longer than a second.
/// </summary>
internal sealed class ProgressBar : IDisposable
{
    private const int Bar = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Terminal _terminal;
    private readonly string _what;
    private readonly bool _wanted;
    private long _last;
    private bool _shown;

    internal ProgressBar(Terminal terminal, string what, bool isQuiet = false)
    {
        _terminal = terminal;
        _what = what;
        _wanted = terminal.IsErrorTerminal && !isQuiet;
        _last = _terminal.Clock.GetTimestamp();
    }

    /// <summary>Says how much is done, from 0 to 1; cheap enough to be called for every row.</summary>
    internal void Report(double done)
    {
        if (!_wanted || _terminal.Clock.GetElapsedTime(_last) < (_shown ? Pause : Patience))
            return;
        _last = _terminal.Clock.GetTimestamp();
        _shown = true;
        double share = Math.Clamp(done, 0, 1);
        int full = (int)(share * Bar);
        _terminal.Error.Write(
            $"\r{_what} [{new string('#', full)}{new string('.', Bar - full)}] {(int)(share * 100),3}%");
        _terminal.Error.Flush();
    }

    public void Dispose()
    {
        if (_shown)
            _terminal.Error.Write("\r\e[K");
    }
}
