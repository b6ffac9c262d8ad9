using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>
/// Reads TOML 1.0. It takes any bytes: what is wrong becomes a diagnostic, and reading goes on at the next line that
/// can begin something new, so that all errors of a file are told at once.
/// </summary>
/// <remarks>Source: https://toml.io/en/v1.0.0 and its ABNF; held to the toml-test suite.</remarks>
public sealed partial class TomlReader
{
    /// <summary>How deep tables and arrays may nest: readers and users of a document may recurse.</summary>
    public const int MaxDepth = 100;

    /// <summary>After so many errors a file is given up: it is no TOML.</summary>
    public const int MaxErrors = 100;

    private const char End = '\0';

    private readonly string _file;
    private readonly string _text;
    private readonly List<Diagnostic> _errors = [];
    private readonly HashSet<int> _linesInError = [];
    private readonly TomlTable _root;
    private TomlTable _current;
    private int _at;

    // The place last asked for: places are asked for in the order of the text, and a long line is not counted again.
    private (int Index, int Line, int Column) _mark = (0, 1, 1);

    private TomlReader(string file, string text)
    {
        _file = file;
        _text = text;
        _current = _root = new TomlTable(new SourcePosition(file, 1, 1)) { MadeBy = TomlTable.Maker.Header };
    }

    private bool AtEnd => _at >= _text.Length;

    // The NUL that stands for the end is no TOML character, and where it matters AtEnd is asked.
    private char Current => _at < _text.Length ? _text[_at] : End;

    /// <summary>Reads a document; never throws.</summary>
    /// <param name="file">The file's path, for messages.</param>
    /// <param name="utf8">Its bytes.</param>
    public static TomlDocument Read(string file, ReadOnlySpan<byte> utf8)
    {
        string text = Decode(utf8, out List<int> invalid);
        TomlReader reader = new(file, text);
        foreach (int index in invalid)
            reader.Fail(index, "invalid UTF-8");
        reader.ReadStatements();
        reader._errors.Sort((a, b) => a.Position.Line.CompareTo(b.Position.Line));
        return new TomlDocument(reader._root, reader._errors, text);
    }

    // Invalid bytes become U+FFFD, and the index of each is told.
    private static string Decode(ReadOnlySpan<byte> utf8, out List<int> invalid)
    {
        invalid = [];
        if (utf8.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        if (Utf8.IsValid(utf8))
            return Encoding.UTF8.GetString(utf8);
        StringBuilder text = new(utf8.Length);
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int length) != OperationStatus.Done)
                invalid.Add(text.Length);
            text.Append(rune.ToString());
            utf8 = utf8[length..];
        }

        return text.ToString();
    }

    private void ReadStatements()
    {
        while (!AtEnd && _errors.Count < MaxErrors)
        {
            SkipBlanks();
            int start = _at;
            bool isRead = Current switch
            {
                '[' => ReadHeader(),
                '#' or '\n' or '\r' => true,
                _ => AtEnd || ReadKeyValue(_current),
            };
            if (!isRead || !ReadLineEnd())
                SkipToStatement(start);
        }
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t')
            _at++;
    }

    // The rest of a line behind a statement: blanks, a comment, the end of the line.
    private bool ReadLineEnd()
    {
        SkipBlanks();
        if (!SkipComment())
            return false;
        return AtEnd || SkipNewline() || Fail(_at, $"expected the end of the line, not {Shown()}");
    }

    private bool SkipComment()
    {
        if (Current != '#')
            return true;
        while (!AtEnd && Current != '\n' && !IsCrLf())
        {
            if (IsControl(Current))
                return Fail(_at, $"{Shown()} is not allowed in a comment");
            _at++;
        }

        return true;
    }

    private bool IsCrLf() => Current == '\r' && _at + 1 < _text.Length && _text[_at + 1] == '\n';

    private bool SkipNewline()
    {
        int length = Current == '\n' ? 1 : IsCrLf() ? 2 : 0;
        _at += length;
        return length > 0;
    }

    private static bool IsControl(char c) => c is < ' ' and not '\t' or '\x7F';

    // After an error: the next line, or, where the error is inside an array or lines below the statement's beginning,
    // what is behind the line that closes the array or looks like a statement, lest each further item be an error.
    private void SkipToStatement(int start)
    {
        bool isNested = _text.AsSpan(start, _at - start).Contains('\n') || _openBrackets > 0;
        _openBrackets = 0;
        SkipLine();
        while (isNested && !AtEnd && !LooksLikeStatement())
        {
            isNested = !_text.AsSpan(_at).TrimStart(" \t").StartsWith("]");
            SkipLine();
        }
    }

    private void SkipLine()
    {
        int end = _text.IndexOf('\n', Math.Min(_at, _text.Length));
        _at = end < 0 ? _text.Length : end + 1;
    }

    private bool LooksLikeStatement()
    {
        int i = _at;
        while (i < _text.Length && _text[i] is ' ' or '\t')
            i++;
        bool isHeader = i < _text.Length && _text[i] == '[';
        while (i < _text.Length && _text[i] is '[')
            i++;
        int key = i;
        while (i < _text.Length && (IsBareKey(_text[i]) || _text[i] is '.'))
            i++;
        if (i == key)
            return false;
        while (i < _text.Length && _text[i] is ' ' or '\t')
            i++;
        return i < _text.Length && _text[i] == (isHeader ? ']' : '=') && !(isHeader && char.IsAsciiDigit(_text[key]));
    }

    // Records an error, at most one a line; always false, so that a reading can end with it.
    private bool Fail(int index, string message) => Fail(PositionAt(index), message);

    private bool Fail(SourcePosition position, string message)
    {
        if (_errors.Count < MaxErrors && _linesInError.Add(position.Line))
        {
            _errors.Add(new Diagnostic(position, message, LineAt(position.Line)));
            if (_errors.Count == MaxErrors)
                _errors.Add(new Diagnostic(position with { Line = position.Line + 1, Column = 1 },
                    "too many errors: the rest of the file is not read"));
        }

        return false;
    }

    private string? LineAt(int line) => new TomlDocument(_root, _errors, _text).Excerpt(line);

    private SourcePosition PositionAt(int index)
    {
        if (index < _mark.Index)
            _mark = (0, 1, 1);
        var (i, line, column) = _mark;
        for (; i < index && i < _text.Length; i++)
        {
            if (_text[i] == '\n')
                (line, column) = (line + 1, 1);
            else if (!char.IsLowSurrogate(_text[i]))
                column++;
        }

        _mark = (i, line, column);
        return new SourcePosition(_file, line, column);
    }

    // The character at hand, for messages.
    private string Shown()
    {
        if (AtEnd)
            return "the end of the file";
        if (Current is '\n' or '\r')
            return IsCrLf() || Current == '\n' ? "the end of the line" : "a carriage return";
        return Rune.TryGetRuneAt(_text, _at, out Rune rune) && !Rune.IsControl(rune)
            ? $"'{rune}'"
            : $"the control character U+{(int)Current:X4}";
    }
}
