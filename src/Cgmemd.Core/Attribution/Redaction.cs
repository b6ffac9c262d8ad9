using System.Globalization;
using System.Text;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Attribution;

/// <summary>
/// Hides the names of mappings that the configuration calls private, before anybody sees them. A name that matches, or
/// is below what matches, keeps the directory that the pattern itself spells out; the rest becomes one word, so that
/// of <c>/srv/clients/*</c> and <c>/srv/clients/acme/a.db</c> comes <c>/srv/clients/redacted-5d4fe1a0c2b3</c>. The word
/// is a hash with a key of the host's: equal names stay equal, and nobody without the key can try names out.
/// </summary>
public sealed class Redaction
{
    /// <summary>The length of the key in bytes.</summary>
    public const int KeyBytes = SipHash.KeyBytes;

    /// <summary>Begins the word that stands for what is hidden.</summary>
    public const string Word = "redacted-";

    private const string Deleted = " (deleted)";
    private const string Memfd = "/memfd:";

    private readonly IReadOnlyList<string> _patterns;
    private readonly byte[] _key;

    /// <param name="patterns">
    /// Globs over paths (<c>/srv/*</c>), names of memfds (<c>memfd:client-*</c>) and names of anonymous memory
    /// (<c>anon:client-*</c>).
    /// </param>
    /// <param name="key"><see cref="KeyBytes"/> bytes that only this host has.</param>
    public Redaction(IReadOnlyList<string> patterns, ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes, nameof(key));
        _patterns = patterns;
        _key = key.ToArray();
    }

    /// <summary>Hides nothing.</summary>
    public static Redaction None { get; } = new([], new byte[KeyBytes]);

    /// <summary>Whether no name can match.</summary>
    public bool IsNone => _patterns.Count == 0;

    /// <summary>Patterns that hide every name there can be.</summary>
    public static IReadOnlyList<string> Everything { get; } = ["/*", "memfd:*", "anon:*"];

    /// <summary>Whether a pattern is of a kind that can match.</summary>
    public static bool IsPattern(string pattern) => pattern is ['/', _, ..]
        || Scope(pattern, "memfd:") is { Length: > 0 } || Scope(pattern, "anon:") is { Length: > 0 };

    /// <summary>The name as it may be shown.</summary>
    /// <param name="name">
    /// As smaps has it: <c>/usr/lib/libc.so.6</c>, <c>/memfd:doublemapper (deleted)</c>, <c>[anon:name]</c>,
    /// <c>[heap]</c>.
    /// </param>
    public string Apply(string name)
    {
        if (IsNone)
            return name;
        // The kernel's own addition, d_path(9): a file that was deleted is the same file.
        string tail = name.EndsWith(Deleted, StringComparison.Ordinal) ? Deleted : "";
        ReadOnlySpan<char> whole = name.AsSpan(0, name.Length - tail.Length);
        if (whole is ['/', ..])
        {
            if (whole.StartsWith(Memfd) && Kept(whole[Memfd.Length..], "memfd:") is { } inMemfd)
                return Hidden(whole, Memfd.Length + inMemfd) + tail;
            return Kept(whole, "") is { } inPath ? Hidden(whole, inPath) + tail : name;
        }

        int colon = whole.IndexOf(':');
        bool isAnonymous = colon > 0 && (whole.StartsWith("[anon:") || whole.StartsWith("[anon_shmem:"))
            && whole[^1] == ']';
        if (!isAnonymous || Kept(whole[(colon + 1)..^1], "anon:") is not { } kept)
            return name;
        return Hidden(whole[..^1], colon + 1 + kept) + "]" + tail;
    }

    // How much of a name stays in sight, by the pattern of that scope that leaves least; null where none matches.
    private int? Kept(ReadOnlySpan<char> name, string scope)
    {
        int? least = null;
        foreach (string pattern in _patterns)
        {
            if (Scope(pattern, scope) is not { } glob)
                continue;
            ReadOnlySpan<char> matched = glob.AsSpan().TrimEnd('/');
            if (!Glob.IsMatch(matched, Leading(name, matched.Count('/'))))
                continue;
            int wild = matched.IndexOfAny('*', '?', '[');
            int kept = matched[..(wild < 0 ? matched.Length : wild)].LastIndexOf('/') + 1;
            least = Math.Min(least ?? kept, kept);
        }

        return least;
    }

    // Up to and without the slash that would be one too many; as no wildcard matches a slash, no other part can match.
    private static ReadOnlySpan<char> Leading(ReadOnlySpan<char> name, int slashes)
    {
        int end = 0;
        for (; end < name.Length; end++)
        {
            if (name[end] == '/' && slashes-- == 0)
                break;
        }

        return name[..end];
    }

    private string Hidden(ReadOnlySpan<char> name, int kept)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name.ToString());
        ulong hash = SipHash.Of(_key, utf8) >> 16;
        return string.Create(CultureInfo.InvariantCulture, $"{name[..kept]}{Word}{hash:x12}");
    }

    // What a pattern says within its scope; null where it is of another.
    private static string? Scope(string pattern, string scope) => scope.Length == 0
        ? pattern.StartsWith('/') ? pattern : null
        : pattern.StartsWith(scope, StringComparison.Ordinal) ? pattern[scope.Length..] : null;
}
