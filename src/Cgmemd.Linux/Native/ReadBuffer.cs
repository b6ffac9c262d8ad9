using System.Runtime.CompilerServices;

namespace Cgmemd.Linux.Native;

/// <summary>
/// One buffer per thread into which kernel files are read whole. It grows when a file does not fit, up to a bound, and
/// stays until it is released: steady reading allocates nothing. What a read returns is valid until the thread's next.
/// </summary>
internal static class ReadBuffer
{
    private const int InitialSize = 16 * 1024;
    private const int MaximumSize = 4 * 1024 * 1024;

    [ThreadStatic]
    private static byte[]? _buffer;

    /// <summary>The thread's buffer, for those who fill it themselves.</summary>
    internal static Span<byte> Current => _buffer ??= new byte[InitialSize];

    /// <summary>Gives up a buffer that a large file has made grow.</summary>
    internal static void Release()
    {
        if (_buffer?.Length > InitialSize)
            _buffer = null;
    }

    /// <summary>Reads a kept file from its start in one call: for files that the kernel writes as one record.</summary>
    internal static unsafe Errno Read(FileDescriptor file, out ReadOnlySpan<byte> text)
    {
        while (true)
        {
            Span<byte> buffer = Current;
            nint count;
            Errno errno;
            fixed (byte* start = buffer)
            {
                count = LibC.pread(file, start, buffer.Length, 0);
                errno = Errnos.Last;
            }

            text = count > 0 ? buffer[..(int)count] : default;
            if (count < 0)
                return errno;
            if (count < buffer.Length)
                return Errno.None;
            if (!TryGrow())
                return Errno.EFBIG;
        }
    }

    /// <summary>
    /// Opens a file by its NUL-terminated path below a directory, reads it to its end, and closes it.
    /// </summary>
    internal static Errno Read(
        FileDescriptor directory, scoped ReadOnlySpan<byte> path, out ReadOnlySpan<byte> text) =>
        Read(directory.Number, path, out text);

    /// <inheritdoc cref="Read(FileDescriptor, ReadOnlySpan{byte}, out ReadOnlySpan{byte})"/>
    internal static Errno Read(int directory, scoped ReadOnlySpan<byte> path, out ReadOnlySpan<byte> text)
    {
        while (true)
        {
            Span<byte> buffer = Current;
            nint count = LibC.ReadOnce(directory, path, buffer);
            text = count > 0 ? buffer[..(int)count] : default;
            if (count < 0)
                return Errnos.Last;
            if (count < buffer.Length)
                return Errno.None;
            if (!TryGrow())
                return Errno.EFBIG;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryGrow()
    {
        if (_buffer!.Length >= MaximumSize)
            return false;
        _buffer = new byte[_buffer.Length * 2];
        return true;
    }
}
