using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

internal static partial class LibSystemd
{
    /// <summary>Sends one entry, a field a vector; 0 as well where no journald listens. sd_journal_sendv(3).</summary>
    [LibraryImport(Library, EntryPoint = "sd_journal_sendv")]
    internal static unsafe partial int JournalSend(IoVector* fields, int count);

    /// <summary>struct iovec, readv(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }
}
