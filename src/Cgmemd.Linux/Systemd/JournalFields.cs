using System.Buffers;
using System.Globalization;
using System.Text;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// The fields of one journal entry, <c>NAME=value</c> each, in one buffer that is used again for the next entry.
/// A value may hold any bytes, newlines too.
/// </summary>
/// <remarks>Source: sd_journal_sendv(3); systemd.journal-fields(7); the name's rules are journald's own.</remarks>
internal sealed class JournalFields
{
    public const int LongestName = 64;
    private const string Prefix = "CGMEMD_";

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly List<Range> _fields = [];

    public int Count => _fields.Count;

    /// <summary>A field as it is sent: <c>NAME=value</c>.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.WrittenSpan[_fields[index]];

    /// <summary>All fields, one behind the other.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Where a field lies in <see cref="Bytes"/>.</summary>
    public Range RangeOf(int index) => _fields[index];

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _fields.Clear();
    }

    public void Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        int start = Begin(name);
        Encoding.UTF8.GetBytes(value, _bytes);
        End(start);
    }

    /// <summary>
    /// An argument of a log message: <c>MemoryCurrent</c> becomes <c>CGMEMD_MEMORY_CURRENT</c>. Null adds nothing:
    /// absent is not zero. Numbers are plain.
    /// </summary>
    public void AddArgument(string name, object? value)
    {
        if (value is null)
            return;
        Span<char> field = stackalloc char[LongestName];
        int start = Begin(field[..WriteName(name, field)]);
        if (value is IUtf8SpanFormattable number)
            WriteNumber(number);
        else
            Encoding.UTF8.GetBytes(value.ToString(), _bytes);
        End(start);
    }

    /// <summary>
    /// The field's name of an argument: the prefix and UPPER_SNAKE; what a name may not hold is left out, and it ends
    /// at 64 characters.
    /// </summary>
    /// <returns>How many characters were written.</returns>
    public static int WriteName(ReadOnlySpan<char> argument, Span<char> field)
    {
        Prefix.CopyTo(field);
        int length = Prefix.Length;
        for (int i = 0; i < argument.Length && length < LongestName; i++)
        {
            char c = argument[i];
            if (char.IsAsciiLetterUpper(c) && IsWordStart(argument, i) && field[length - 1] != '_')
                field[length++] = '_';
            if (length < LongestName && (char.IsAsciiLetterOrDigit(c) || c == '_'))
                field[length++] = char.ToUpperInvariant(c);
        }

        return length;
    }

    // An upper case letter begins a word behind a lower case letter or digit, and as the last of several capitals
    // that a lower case letter follows: OomKill, PSITotal, Avg10Us.
    private static bool IsWordStart(ReadOnlySpan<char> name, int i) =>
        i > 0 && (!char.IsAsciiLetterUpper(name[i - 1])
            || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));

    private int Begin(ReadOnlySpan<char> name)
    {
        int start = _bytes.WrittenCount;
        Encoding.UTF8.GetBytes(name, _bytes);
        _bytes.Write("="u8);
        return start;
    }

    private void End(int start) => _fields.Add(start.._bytes.WrittenCount);

    private void WriteNumber(IUtf8SpanFormattable number)
    {
        const int LongestNumber = 64; // of the types that log messages have; a double in full has 24
        Span<byte> room = _bytes.GetSpan(LongestNumber);
        if (number.TryFormat(room, out int written, default, CultureInfo.InvariantCulture))
            _bytes.Advance(written);
    }
}
