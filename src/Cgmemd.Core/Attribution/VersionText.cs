using System.Text;
using System.Text.Json;

namespace Cgmemd.Core.Attribution;

/// <summary>Versions out of names and files of the target: what comes out is short and of plain characters.</summary>
public static class VersionText
{
    private const int MaximumLength = 40;

    /// <summary>The leading part that is a version, such as <c>3.11</c>; null where there is none.</summary>
    public static string? Clean(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiDigit(text[0]))
            return null;
        int end = 0;
        while (end < text.Length && end < MaximumLength
            && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-' or '+' or '_'))
            end++;
        ReadOnlySpan<char> version = text[..end];
        if (version.EndsWith(".so"))
            version = version[..^3];
        int so = version.IndexOf(".so.");
        return (so < 0 ? version : version[..so]).TrimEnd('.').ToString();
    }

    /// <summary>The runtime's version out of a file of <see cref="RuntimeDetection.VersionFiles"/>.</summary>
    public static string? FromFile(RuntimeKind kind, ReadOnlySpan<byte> text) => kind switch
    {
        // JAVA_VERSION="17.0.15"
        RuntimeKind.Jvm => Quoted(text, "JAVA_VERSION=\""u8),
        // #define PY_VERSION              "3.11.7"
        RuntimeKind.Python => Quoted(Behind(text, "#define PY_VERSION "u8).TrimStart((byte)' '), "\""u8),
        RuntimeKind.Node => NodeHeader(text),
        RuntimeKind.DotNet => RuntimeConfiguration(text),
        _ => null,
    };

    /// <summary>A malloc's version out of its library's read-only data.</summary>
    public static string? FromReadOnlyData(AllocatorKind allocator, ReadOnlySpan<byte> data) => allocator switch
    {
        // GNU C Library (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.
        AllocatorKind.Glibc => Clean(Behind(data, " release version "u8)),
        AllocatorKind.Tcmalloc => Clean(Behind(data, "gperftools "u8)),
        AllocatorKind.Jemalloc => Jemalloc(data),
        _ => null,
    };

    // #define NODE_MAJOR_VERSION 20
    private static string? NodeHeader(ReadOnlySpan<byte> text)
    {
        string? major = Clean(Behind(text, "#define NODE_MAJOR_VERSION "u8)),
            minor = Clean(Behind(text, "#define NODE_MINOR_VERSION "u8)),
            patch = Clean(Behind(text, "#define NODE_PATCH_VERSION "u8));
        return major is null || minor is null || patch is null ? null : Clean($"{major}.{minor}.{patch}");
    }

    // "5.3.0-0-g54eaed1d8b56b1aa528be3bdd1877e59c56fa90c", as git describe --long has it.
    private static string? Jemalloc(ReadOnlySpan<byte> data)
    {
        for (int at = data.IndexOf("-g"u8); at >= 0; at = data.IndexOf("-g"u8))
        {
            int start = data[..at].LastIndexOf((byte)0) + 1;
            string? version = at - start is > 5 and < MaximumLength ? Clean(data[start..at]) : null;
            if (version?.IndexOf('-') is { } count and > 0 && version.AsSpan(0, count).Count('.') == 2)
                return version[..count];
            data = data[(at + 2)..];
        }

        return null;
    }

    // {"runtimeOptions": {"includedFrameworks": [{"name": "Microsoft.NETCore.App", "version": "9.0.20"}]}}
    private static string? RuntimeConfiguration(ReadOnlySpan<byte> text)
    {
        try
        {
            var json = new Utf8JsonReader(text);
            bool isIncluded = false, isCore = false;
            while (json.Read())
            {
                if (json.TokenType is JsonTokenType.PropertyName)
                    isIncluded |= json.ValueTextEquals("includedFrameworks"u8);
                else if (isIncluded && json.TokenType is JsonTokenType.String)
                {
                    if (isCore && Clean(json.ValueSpan) is { } version)
                        return version;
                    isCore = json.ValueTextEquals("Microsoft.NETCore.App"u8);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It is the target's file; what is not JSON holds no version. Half a surrogate, "\ud800", is found out only
            // where a text is compared.
        }

        return null;
    }

    private static string? Quoted(ReadOnlySpan<byte> text, ReadOnlySpan<byte> before) => Clean(Behind(text, before));

    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        int at = text.IndexOf(mark);
        return at < 0 ? default : text[(at + mark.Length)..];
    }

    private static string? Clean(ReadOnlySpan<byte> text) =>
        Clean(Encoding.ASCII.GetString(text[..Math.Min(text.Length, MaximumLength)]).AsSpan());
}
