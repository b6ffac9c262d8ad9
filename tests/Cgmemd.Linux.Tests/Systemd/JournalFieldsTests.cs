using System.Text;
using System.Text.RegularExpressions;
using Cgmemd.Linux.Systemd;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Linux.Tests.Systemd;

public partial class JournalFieldsTests
{
    [Theory]
    [InlineData("unit", "CGMEMD_UNIT")]
    [InlineData("Unit", "CGMEMD_UNIT")]
    [InlineData("memoryCurrent", "CGMEMD_MEMORY_CURRENT")]
    [InlineData("EventsOomKill", "CGMEMD_EVENTS_OOM_KILL")]
    [InlineData("PSITotal", "CGMEMD_PSI_TOTAL")]
    [InlineData("avg10Us", "CGMEMD_AVG10_US")]
    [InlineData("memory_max", "CGMEMD_MEMORY_MAX")]
    [InlineData("café.au-lait", "CGMEMD_CAFAULAIT")]
    public void The_name_of_an_argument(string argument, string field) => Assert.Equal(field, NameOf(argument));

    [Fact]
    public void Every_name_is_one_that_journald_takes() =>
        Prop.ForAll<NonNull<string>>(text => Legal().IsMatch(NameOf(text.Get))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_name_ends_at_64_characters() =>
        Assert.Equal(64, NameOf(string.Concat(Enumerable.Repeat("LongName", 20))).Length);

    [Fact]
    public void Numbers_are_plain_and_null_is_no_field()
    {
        var fields = new JournalFields();
        fields.AddArgument("MemoryCurrent", 1234567890123UL);
        fields.AddArgument("MemoryMax", null);
        fields.AddArgument("Count", -5);

        Assert.Equal(["CGMEMD_MEMORY_CURRENT=1234567890123", "CGMEMD_COUNT=-5"], TextOf(fields));
    }

    [Fact]
    public void A_value_may_have_newlines_and_any_text()
    {
        var fields = new JournalFields();
        fields.Add("MESSAGE", "one\ntwo = ä");

        Assert.Equal(["MESSAGE=one\ntwo = ä"], TextOf(fields));
    }

    [Fact]
    public void The_buffer_is_used_again()
    {
        var fields = new JournalFields();
        fields.Add("MESSAGE", new string('x', 5000));
        fields.Clear();
        fields.Add("A", "b");

        Assert.Equal(["A=b"], TextOf(fields));
    }

    internal static List<string> TextOf(JournalFields fields) =>
        [.. Enumerable.Range(0, fields.Count).Select(i => Encoding.UTF8.GetString(fields[i]))];

    private static string NameOf(string argument)
    {
        Span<char> field = stackalloc char[JournalFields.LongestName];
        return field[..JournalFields.WriteName(argument, field)].ToString();
    }

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,63}$")]
    private static partial Regex Legal();
}
