using System.Text;

namespace Cgmemd.Core.Attribution;

/// <summary>The section <c>.go.buildinfo</c> of a program made by Go.</summary>
public static class GoBuildInfo
{
    // ff " Go buildinf:" pointer-size flags, to byte 32; then, where flag 2 is set (from Go 1.18), the version as a
    // string with its length before it as a varint: "go1.19.8". Before 1.18 pointers stood here.
    //
    // debug/buildinfo/buildinfo.go

    private const int HeaderSize = 32;

    /// <summary>Go's version without its prefix; null where it does not stand in the section.</summary>
    public static string? Version(ReadOnlySpan<byte> section)
    {
        if (section.Length < HeaderSize + 1 || section[0] != 0xff || !section[1..].StartsWith(" Go buildinf:"u8)
            || (section[15] & 2) == 0)
            return null;
        int length = section[HeaderSize];
        ReadOnlySpan<byte> text = section[(HeaderSize + 1)..];
        // A varint of one byte: up to 127 characters.
        if (length >= 0x80 || length > text.Length || !text[..length].StartsWith("go"u8))
            return null;
        return VersionText.Clean(Encoding.ASCII.GetString(text[2..length]).AsSpan());
    }
}
