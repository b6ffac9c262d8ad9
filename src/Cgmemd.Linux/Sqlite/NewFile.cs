using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A file of mode 0600 in the making, which appears under its name when it is whole. Until then it is in a directory
/// of mode 0700 beside its place, held by descriptor, so that nobody who may rename there can have another file
/// written in its stead. Nothing is left where it fails, nor where SIGINT, SIGTERM or SIGHUP end the process.
/// </summary>
public sealed class NewFile : IDisposable
{
    private const string Name = "new";
    private const uint ForOwner = 0b111_000_000, ForOthers = 0b111_111;
    private const int Attempts = 10;

    // What SQLite may make beside its file.
    private static readonly string[] Names = [Name, Name + "-journal", Name + "-wal", Name + "-shm"];

    private readonly Lock _lock = new();
    private readonly string _target;
    private readonly byte[] _targetName;
    private readonly FileDescriptor _place;
    private readonly List<PosixSignalRegistration> _signals = [];
    private FileDescriptor _directory = new();
    private byte[] _directoryName = [];
    private bool _isGone;

    private NewFile(string target, FileDescriptor place)
    {
        (_target, _place) = (target, place);
        _targetName = Text(System.IO.Path.GetFileName(target));
    }

    /// <summary>Where it is while it is made: for this process only, and for nothing that resolves links.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_directory.Number}/{Name}");

    /// <summary>Makes it, empty.</summary>
    /// <param name="target">The name it is to have.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="HistoryException">There is one already, or none can be made: path and reason.</exception>
    public static NewFile Create(string target, bool overwrite = false)
    {
        string full = System.IO.Path.GetFullPath(target);
        string parent = System.IO.Path.GetDirectoryName(full) ?? "/";
        FileDescriptor place = LibC.openat(
            LibC.AT_FDCWD, Text(parent), LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (place.IsInvalid)
            throw Failure(target, Errnos.Last);
        var file = new NewFile(target, place);
        try
        {
            if (!overwrite && LibC.statx(
                place, file._targetName, LibC.AT_SYMLINK_NOFOLLOW, LibC.StatX.Basic, out _) == 0)
                throw Failure(target, Errno.EEXIST);
            file.Begin();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens it to be written from its start.</summary>
    public FileStream OpenWrite() => new(Path, FileMode.Open, FileAccess.Write);

    /// <summary>Puts it under its name, whole.</summary>
    /// <exception cref="HistoryException">A file has come there meanwhile, or it cannot be.</exception>
    public void Finish(bool overwrite = false)
    {
        lock (_lock)
        {
            Errno errno = _isGone ? Errno.ENOENT : Put(overwrite);
            if (errno != Errno.None)
                throw Failure(_target, errno);
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        Remove();
        lock (_lock)
        {
            _directory.Dispose();
            _place.Dispose();
        }
    }

    private void Begin()
    {
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)
            [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            // Not cancelled: the process ends by it.
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Remove()));
        }

        lock (_lock)
        {
            Make();
        }
    }

    private void Make()
    {
        byte[] name;
        while (LibC.mkdirat(_place, name = Text($".cgmemd-{RandomNumberGenerator.GetHexString(12)}"), ForOwner) != 0)
        {
            if (Errnos.Last is not Errno.EEXIST and var problem)
                throw Failure(_target, problem);
        }

        _directoryName = name;
        FileDescriptor made = LibC.openat(
            _place, name, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (made.IsInvalid)
            throw Failure(_target, Errnos.Last);
        // Who may rename there may have put a directory of his own in its place.
        if (LibC.statx(made, "\0"u8, LibC.AT_EMPTY_PATH, LibC.StatX.Basic, out LibC.StatX status) != 0
            || status.Owner != LibC.geteuid() || (status.Mode & ForOthers) != 0)
        {
            made.Dispose();
            throw Failure(_target, Errno.EPERM);
        }

        _directory = made;
        using FileDescriptor file = LibC.openat(
            _directory, Text(Name), LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL | LibC.O_CLOEXEC, 0b110_000_000);
        if (file.IsInvalid)
            throw Failure(_target, Errnos.Last);
    }

    // linkat(2) replaces nothing, nor does this rename; which of them a file system has differs.
    private Errno Put(bool overwrite)
    {
        byte[] name = Text(Name);
        if (LibC.renameat2(_directory, name, _place, _targetName, overwrite ? 0 : LibC.RENAME_NOREPLACE) == 0)
            return Errno.None;
        Errno errno = Errnos.Last;
        return errno == Errno.EINVAL && LibC.linkat(_directory, name, _place, _targetName, 0) == 0
            ? Errno.None
            : errno == Errno.EINVAL ? Errnos.Last : errno;
    }

    // From the thread of signals too, while SQLite may still be making its journal.
    private void Remove()
    {
        lock (_lock)
        {
            for (int i = 0; i < Attempts && !_isGone && _directoryName.Length > 0; i++)
            {
                foreach (string name in _directory.IsInvalid ? [] : Names)
                    _ = LibC.unlinkat(_directory, Text(name), 0);
                _isGone = LibC.unlinkat(_place, _directoryName, LibC.AT_REMOVEDIR) == 0;
            }

            _isGone = true;
        }
    }

    private static HistoryException Failure(string path, Errno errno) =>
        new(HistoryProblem.Failed, path, errno.Text());

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
