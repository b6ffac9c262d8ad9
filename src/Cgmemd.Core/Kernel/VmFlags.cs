namespace Cgmemd.Core.Kernel;

/// <summary>The flags of a mapping that tell who made it.</summary>
/// <remarks>Source: Documentation/filesystems/proc.rst, "VmFlags".</remarks>
[Flags]
internal enum VmFlags : byte
{
    None = 0,

    /// <summary><c>nr</c>: MAP_NORESERVE, unless vm.overcommit_memory is 2.</summary>
    NoReserve = 1,

    /// <summary><c>nh</c>: MADV_NOHUGEPAGE, and from Linux 6.7 MAP_STACK (commit c4608d1bf7c6).</summary>
    NoHugePage = 2,

    /// <summary><c>dd</c>: MADV_DONTDUMP.</summary>
    DontDump = 4,

    /// <summary><c>dc</c>: MADV_DONTFORK.</summary>
    DontCopy = 8,
}

/// <summary>The line of flags at the end of a mapping in smaps.</summary>
internal static class VmFlagsText
{
    // VmFlags: rd wr mr mw me ac sd

    /// <summary>Those we know of the value behind the colon.</summary>
    internal static VmFlags Parse(ReadOnlySpan<byte> value)
    {
        var flags = VmFlags.None;
        var words = new KernelText(value);
        while (words.TryTakeWord(out ReadOnlySpan<byte> word))
        {
            flags |= word switch
            {
                [(byte)'n', (byte)'r'] => VmFlags.NoReserve,
                [(byte)'n', (byte)'h'] => VmFlags.NoHugePage,
                [(byte)'d', (byte)'d'] => VmFlags.DontDump,
                [(byte)'d', (byte)'c'] => VmFlags.DontCopy,
                _ => VmFlags.None,
            };
        }

        return flags;
    }
}
