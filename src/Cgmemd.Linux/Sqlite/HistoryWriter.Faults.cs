using System.Collections.Concurrent;
using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>What goes wrong, what is done about it and what is said of it.</summary>
internal sealed partial class HistoryWriter
{
    /// <summary>A batch that fails for no reason known is given up after so many attempts.</summary>
    private const int MaxUnexpected = 3;

    private readonly ConcurrentQueue<HistoryNotice> _notices = new();
    private HistoryFault _fault;
    private HistoryFailure _failure;
    private int _attempts;
    private int _said;
    private bool _isStuckSaid;
    private bool _isCorruptTwice;
    private long _faultUs;
    private long _lostBefore;
    private long? _retryUs;
    private long? _asideUs;

    public bool TryTakeNotice(out HistoryNotice? notice) => _notices.TryDequeue(out notice);

    private void ThrowIfGone()
    {
        if (_store!.IsFileGone)
            throw new FileNotFoundException($"{path}: it was deleted or replaced while it was open");
        if (!_files.HasLog)
            throw new FileNotFoundException($"{path}-wal: it was deleted while it was open");
        if (!_store.HasHeader)
            throw new InvalidDataException($"{path}: its header was overwritten");
    }

    private void Fail(Exception e)
    {
        HistoryFailure failure = HistoryFailure.Of(e);
        HistoryFault fault = failure.Fault;
        if (fault == HistoryFault.Locked && LockHolders.Describe(path) is { } holders)
            failure = failure with { Problem = $"{failure.Problem}; held by {holders}" };
        // A page that could not be read may look like a damaged one: whether it is shows when the file is opened anew.
        if (fault == HistoryFault.Corrupt && e is SqliteException && !_isCorruptTwice)
        {
            _isCorruptTwice = true;
            Close();
            _retryUs = time.NowUs();
            return;
        }

        if (fault.NeedsReopening())
            Close();
        else
            _store?.Rollback();
        _attempts = fault == _fault ? _attempts + 1 : 1;
        Enter(fault, failure);
        bool isAnew = fault == HistoryFault.Gone && _attempts == 1;
        switch (fault)
        {
            // To close the file may have mended its header from the log: whether it did shows when it is opened.
            case HistoryFault.Corrupt when e is InvalidDataException && _attempts == 1:
                isAnew = true;
                break;
            case HistoryFault.Corrupt:
                isAnew = MoveAside(failure);
                break;
            case HistoryFault.Foreign:
                if (_batch is null)
                    TakeBatch();
                GiveUp(_batch!);
                break;
            case HistoryFault.Unexpected when _batch is not null && _attempts >= MaxUnexpected:
                GiveUp(_batch);
                break;
        }

        TimeSpan pause = isAnew
            ? TimeSpan.Zero
            : HistoryFaults.RetryAfter(fault, _attempts, pace.FirstRetry, pace.LongestRetry);
        _retryUs = time.NowUs() + Us(pause);
    }

    // Begins a fault, or another kind of the one there is.
    private void Enter(HistoryFault fault, HistoryFailure failure)
    {
        long nowUs = time.NowUs();
        if (_fault == HistoryFault.None)
        {
            _faultUs = nowUs;
            _lostBefore = _samplesLost;
        }

        (_fault, _failure) = (fault, failure);
        bool isDue = fault != HistoryFault.Locked || nowUs - _faultUs >= Us(pace.LockPatience);
        if (!isDue)
            return;
        if (_state != HistoryState.Faulted)
            Enter(HistoryState.Faulted);
        // Each kind once, until all is well again.
        if ((_said & (1 << (int)fault)) != 0)
            return;
        _said |= 1 << (int)fault;
        // Of a file that is moved aside, that is said.
        if (fault != HistoryFault.Corrupt || failure.Code == 0)
        {
            Say(new HistoryNotice(
                fault == HistoryFault.Overload ? HistoryNoticeKind.Overloaded : HistoryNoticeKind.Unavailable, path,
                failure.Problem, failure.Code, failure.Errno));
        }
    }

    // All that waited is written.
    private void EndFault()
    {
        _retryUs = null;
        _attempts = 0;
        _isCorruptTwice = false;
        if (_fault == HistoryFault.Overload && _hasLost)
            return;
        if (_said != 0)
        {
            Say(new HistoryNotice(
                HistoryNoticeKind.Recovered, path, _failure.Problem, _failure.Code, _failure.Errno,
                DurationUs: time.NowUs() - _faultUs, SamplesLost: _samplesLost - _lostBefore));
        }

        _fault = HistoryFault.None;
        _said = 0;
        _isStuckSaid = false;
        if (_state != HistoryState.Recording)
            Enter(HistoryState.Recording);
    }

    // The next run of the thread has faults of its own. A file that was moved aside stays in mind.
    private void ForgetFaults()
    {
        (_fault, _failure) = (HistoryFault.None, default);
        (_attempts, _said, _retryUs) = (0, 0, null);
        (_isStuckSaid, _isCorruptTwice) = (false, false);
    }

    private bool MoveAside(HistoryFailure failure)
    {
        string obstacle;
        long nowUs = time.NowUs();
        try
        {
            // A disk that spoils every file must not make away with the first, which is the best of them.
            if (_asideUs is { } lastUs && nowUs - lastUs < Us(pace.AsideInterval))
                throw new IOException("another one was, only just");
            string aside = _files.MoveAside(time.GetUtcNow());
            _asideUs = nowUs;
            Say(new HistoryNotice(
                HistoryNoticeKind.MovedAside, path, failure.Problem, failure.Code, failure.Errno, aside));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            obstacle = e.Message;
        }

        if (!_isStuckSaid)
        {
            Say(new HistoryNotice(
                HistoryNoticeKind.Unavailable, path, $"{failure.Problem}; it is not moved aside: {obstacle}",
                failure.Code, failure.Errno));
        }

        _isStuckSaid = true;
        return false;
    }

    private void Say(HistoryNotice notice)
    {
        _notices.Enqueue(notice);
        wake();
    }
}

/// <summary>A failure in the terms that are decided on and told.</summary>
internal readonly record struct HistoryFailure(HistoryFault Fault, string Problem, int Code, int Errno)
{
    public static HistoryFailure Overload { get; } =
        new(HistoryFault.Overload, "the disk is too slow for what is sampled", 0, 0);

    public static HistoryFailure Of(Exception e) => e switch
    {
        SqliteException sqlite => Of(sqlite),
        HistoryException { InnerException: SqliteException sqlite } => Of(sqlite),
        HistoryException { Problem: HistoryProblem.Corrupt } => new(HistoryFault.Corrupt, e.Message, 0, 0),
        HistoryException { Problem: HistoryProblem.Newer or HistoryProblem.NotHistory } =>
            new(HistoryFault.Foreign, e.Message, 0, 0),
        InvalidDataException => new(HistoryFault.Corrupt, e.Message, 0, 0),
        FileNotFoundException => new(HistoryFault.Gone, e.Message, 0, (int)Native.Errno.ENOENT),
        IOException or UnauthorizedAccessException => new(HistoryFault.Unwritable, e.Message, 0, 0),
        _ => new(HistoryFault.Unexpected, $"{e.GetType().Name}: {e.Message}", 0, 0),
    };

    private static HistoryFailure Of(SqliteException e) => new(
        HistoryFaults.Of(e.ExtendedCode, (int)e.Errno), e.Message, e.ExtendedCode, (int)e.Errno);
}
