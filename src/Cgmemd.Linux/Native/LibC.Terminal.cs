using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>termios(3), the window's size, and signals to ourselves.</summary>
internal static partial class LibC
{
    internal const int TCSANOW = 0;
    internal const nuint TIOCGWINSZ = 0x5413;
    internal const int SIGSTOP = 19;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int tcgetattr(int terminal, out Termios settings);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int tcsetattr(int terminal, int when, in Termios settings);

    // ioctl(2) is variadic, but x86-64 and arm64 Linux pass its one argument as a fixed one.
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(int terminal, nuint request, out WindowSize size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int process, int signal);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint read_raw(int file, byte* buffer, nint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint write_raw(int file, byte* buffer, nint count);

    /// <summary>struct termios as glibc and musl have it on x86-64 and arm64.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 60)]
    internal struct Termios
    {
        internal const uint ICRNL = 0x100, IXON = 0x400;
        internal const uint ICANON = 0x2, ECHO = 0x8, IEXTEN = 0x8000;

        [FieldOffset(0)]
        internal uint Input;

        [FieldOffset(12)]
        internal uint Local;

        /// <summary>c_cc[VTIME] and c_cc[VMIN]; c_cc begins at 17.</summary>
        [FieldOffset(22)]
        internal byte Time;

        [FieldOffset(23)]
        internal byte Min;
    }

    /// <summary>struct winsize.</summary>
    internal struct WindowSize
    {
        internal ushort Rows, Columns, Width, Height;
    }
}
