using System.Text;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Tests.Toml;

public sealed class TomlReaderTests
{
    private static TomlDocument Read(string text) => TomlReader.Read("a.toml", Encoding.UTF8.GetBytes(text));

    private static TomlValue Value(string literal)
    {
        TomlDocument document = Read("k = " + literal);
        Assert.Empty(document.Errors);
        return document.Root.Find("k")!.Value;
    }

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"a\\tb\\\"\\\\\\u00e9\\U0001F600\"", "a\tb\"\\é😀")]
    [InlineData("'C:\\new'", "C:\\new")]
    [InlineData("''", "")]
    [InlineData("\"\"\"\nfirst\nsecond\"\"\"", "first\nsecond")]
    [InlineData("\"\"\"one \\\n\n   two\"\"\"", "one two")]
    [InlineData("\"\"\"two quotes: \"\"\"\"\"", "two quotes: \"\"")]
    [InlineData("'''\r\nno \\escape'''", "no \\escape")]
    public void Strings(string literal, string expected) =>
        Assert.Equal(expected, Assert.IsType<TomlString>(Value(literal)).Value);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("+99", 99)]
    [InlineData("-0", 0)]
    [InlineData("1_000", 1000)]
    [InlineData("0xDEAD_beef", 0xDEADBEEF)]
    [InlineData("0o755", 493)]
    [InlineData("0b1101", 13)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Integers(string literal, long expected) =>
        Assert.Equal(expected, Assert.IsType<TomlInteger>(Value(literal)).Value);

    [Theory]
    [InlineData("3.25", 3.25)]
    [InlineData("-2E-2", -0.02)]
    [InlineData("6.626e-34", 6.626e-34)]
    [InlineData("9_224.5", 9224.5)]
    [InlineData("+inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    public void Floats(string literal, double expected) =>
        Assert.Equal(expected, Assert.IsType<TomlFloat>(Value(literal)).Value);

    [Theory]
    [InlineData("1979-05-27T07:32:00Z", TomlDateTimeForm.Offset, "1979-05-27 07:32:00.0000000", 0)]
    [InlineData("1979-05-27 00:32:00.5-07:00", TomlDateTimeForm.Offset, "1979-05-27 00:32:00.5000000", -420)]
    [InlineData("1979-05-27t07:32:00.123456789", TomlDateTimeForm.LocalDateTime, "1979-05-27 07:32:00.1234567", 0)]
    [InlineData("2024-02-29", TomlDateTimeForm.LocalDate, "2024-02-29 00:00:00.0000000", 0)]
    [InlineData("07:32:00", TomlDateTimeForm.LocalTime, "0001-01-01 07:32:00.0000000", 0)]
    public void DatesAndTimes(string literal, TomlDateTimeForm form, string value, int offsetMinutes)
    {
        TomlDateTime read = Assert.IsType<TomlDateTime>(Value(literal));
        Assert.Equal(form, read.Form);
        Assert.Equal(value, read.Value.ToString("yyyy-MM-dd HH:mm:ss.fffffff"));
        Assert.Equal(TimeSpan.FromMinutes(offsetMinutes), read.Offset);
    }

    [Fact]
    public void TablesFromHeadersDottedKeysAndBraces()
    {
        TomlDocument document = Read("""
            a.b = 1
            [t.u]
            "quoted key" = true
            [t]
            inline = { x = 1, y.z = [ 1, 2, ] }
            [[items]]
            n = 1
            [[items]]
            n = 2
            [items.sub]
            """);
        Assert.Empty(document.Errors);
        Assert.Equal(["a", "t", "items"], document.Root.Entries.Select(e => e.Name));
        var items = Assert.IsType<TomlArray>(document.Root.Find("items")!.Value);
        Assert.Equal(["n", "sub"], Assert.IsType<TomlTable>(items.Items[1]).Entries.Select(e => e.Name));
        Assert.Single(Assert.IsType<TomlTable>(items.Items[0]).Entries);
    }

    [Fact]
    public void KeysAndValuesKnowTheirPlace()
    {
        TomlDocument document = Read("\uFEFF# é\r\n[t]\r\n\t\"é😀\" = [ 1,\r\n  'x' ]\r\n");
        Assert.Empty(document.Errors);
        TomlEntry entry = Assert.IsType<TomlTable>(document.Root.Find("t")!.Value).Find("é😀")!;
        Assert.Equal(new SourcePosition("a.toml", 3, 2), entry.Position);
        // Columns count code points: the emoji is one, though two UTF-16 units and four bytes.
        Assert.Equal(new SourcePosition("a.toml", 3, 9), entry.Value.Position);
        Assert.Equal(new SourcePosition("a.toml", 4, 3), ((TomlArray)entry.Value).Items[1].Position);
        Assert.Equal("\t\"é😀\" = [ 1,", document.Line(3));
        Assert.Null(document.Line(9));
    }

    [Theory]
    [InlineData("a = 1\na = 2", 2, 1, "already defined")]
    [InlineData("[t]\n[t]", 2, 2, "already defined")]
    [InlineData("t = 1\n[t.u]", 2, 2, "is an integer, not a table")]
    [InlineData("a.b = 1\n[a]\n", 2, 2, "already defined")]
    [InlineData("[a.b]\n[a]\nb.c = 1", 3, 1, "already defined")]
    [InlineData("t = { a = 1 }\nt.b = 2", 2, 1, "already defined")]
    [InlineData("t = [1]\n[[t]]", 2, 3, "already defined")]
    [InlineData("a = 5s", 1, 5, "no number")]
    [InlineData("a = 010", 1, 5, "no number")]
    [InlineData("a = yes", 1, 5, "stands in quotes")]
    [InlineData("a = 9223372036854775808", 1, 5, "not within 64 bits")]
    [InlineData("a = 2023-02-29", 1, 5, "no number")]
    [InlineData("a = 'x", 1, 5, "not closed")]
    [InlineData("\n a = \"\"\"x\n", 2, 6, "not closed")]
    [InlineData("a = \"\\q\"", 1, 6, "escape")]
    [InlineData("a = [1 2]", 1, 8, "',' or ']'")]
    [InlineData("a = { b = 1, }", 1, 14, "expected a key")]
    [InlineData("a 1", 1, 3, "expected '='")]
    [InlineData("a = 1 b = 2", 1, 7, "end of the line")]
    [InlineData("[t", 1, 3, "expected ']'")]
    [InlineData("a = \"\u0001\"", 1, 6, "control character U+0001")]
    [InlineData("a = 1\rb = 2", 1, 6, "carriage return")]
    [InlineData("= 1", 1, 1, "expected a key")]
    public void ErrorsTellPlaceAndCause(string text, int line, int column, string cause)
    {
        Diagnostic error = Assert.Single(Read(text).Errors);
        Assert.Equal((line, column), (error.Position.Line, error.Position.Column));
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InvalidUtf8IsAnErrorInItsPlace()
    {
        TomlDocument document = TomlReader.Read("a.toml", [.. "a = 1\nb = \"x"u8, 0xFF, .. "y\"\nc = 2\n"u8]);
        Diagnostic error = Assert.Single(document.Errors);
        Assert.Equal(("invalid UTF-8", 2, 7), (error.Message, error.Position.Line, error.Position.Column));
        Assert.NotNull(document.Root.Find("c"));
    }

    [Fact]
    public void AllErrorsAreToldAndTheRestIsRead()
    {
        TomlDocument document = Read("""
            a = 5s
            b = 1
            list = [
              "one",
              two,
              three,
            ]
            [t
            c = "open
            d = 2
            [t]
            e = 3
            e = 4
            """);
        Assert.Equal([1, 5, 8, 9, 13], document.Errors.Select(e => e.Position.Line));
        Assert.NotNull(document.Root.Find("b"));
        Assert.Equal(3, ((TomlInteger)((TomlTable)document.Root.Find("t")!.Value).Find("e")!.Value).Value);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a=", "}")]
    [InlineData("{a=[", "]}")]
    [InlineData("{a.b.c=", "}")]
    public void NestingIsBounded(string open, string close)
    {
        static string Nested(string open, string close, int times) =>
            $"a = {string.Concat(Enumerable.Repeat(open, times))}1{string.Concat(Enumerable.Repeat(close, times))}";
        Assert.Empty(Read(Nested(open, close, 20)).Errors);
        Assert.Contains("nest", Read(Nested(open, close, 100_000)).Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoTomlIsGivenUp()
    {
        TomlDocument document = Read(string.Concat(Enumerable.Repeat("!\n", 5000)));
        Assert.Equal(TomlReader.MaxErrors + 1, document.Errors.Count);
        Assert.Contains("too many errors", document.Errors[^1].Message, StringComparison.Ordinal);
    }
}
