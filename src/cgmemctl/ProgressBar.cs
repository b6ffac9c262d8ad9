namespace Cgmemd.Control;

/// <summary>
/// How far a long work is, in one line on standard error that is wiped away at the end. Shown only to a person at a
/// terminal, and only where the work takes longer than a second: by a timer, since what takes long may be the first
/// step, of which nothing is reported yet.
/// </summary>
internal sealed class ProgressBar : IDisposable
{
    private const int Bar = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Terminal _terminal;
    private readonly string _what;
    private readonly Lock _lock = new();
    private readonly ITimer? _timer;
    private double _done;
    private string _shown = "";
    private bool _isOver;

    internal ProgressBar(Terminal terminal, string what, bool isQuiet = false)
    {
        _terminal = terminal;
        _what = what;
        if (terminal.IsErrorTerminal && !isQuiet)
            _timer = terminal.Clock.CreateTimer(_ => Draw(), null, Patience, Pause);
    }

    /// <summary>Says how much is done, from 0 to 1; cheap enough to be called for every row.</summary>
    internal void Report(double done) => Volatile.Write(ref _done, done);

    /// <summary>The work is done, or what comes of it is to be printed: wipes the line away for good.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_isOver && _shown.Length > 0)
                _terminal.Error.Write("\r\e[K");
            _isOver = true;
        }

        _timer?.Dispose();
    }

    private void Draw()
    {
        lock (_lock)
        {
            double share = Math.Clamp(Volatile.Read(ref _done), 0, 1);
            int full = (int)(share * Bar);
            string line = $"\r{_what} [{new string('#', full)}{new string('.', Bar - full)}] {(int)(share * 100),3}%";
            if (_isOver || line == _shown)
                return;
            _shown = line;
            _terminal.Error.Write(line);
            _terminal.Error.Flush();
        }
    }
}
