using System.Text.RegularExpressions;
using Cgmemd.Linux.Systemd;

namespace Cgmemd.Linux.Tests.Systemd;

/// <summary>That the ids, the log messages, the catalog and the man page tell of the same events and fields.</summary>
public partial class EventTableTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Catalog = File.ReadAllText(Path.Combine(Root, "packaging/cgmemd.catalog"));
    private static readonly string Manual =
        File.ReadAllText(Path.Combine(Root, "packaging/man/cgmemd.journal-fields.7.scd"));

    // The argument's field, of every event.
    private static readonly Dictionary<string, HashSet<string>> Fields = ReadMessages(
        "src/cgmemd/LogMessages.cs", "src/Cgmemd.Linux/Systemd/BusLog.cs");

    [Fact]
    public void Ids_are_32_digits_and_no_two_are_the_same()
    {
        Assert.All(MessageIds.All, kind => Assert.Matches("^[0-9a-f]{32}$", kind.Id));
        Assert.Distinct(MessageIds.All.Select(kind => kind.Id));
        Assert.Distinct(MessageIds.All.Select(kind => kind.Event));
    }

    [Fact]
    public void Every_message_has_an_id_and_every_id_a_message() =>
        Assert.Equal(MessageIds.All.Select(kind => kind.Event).Order(), Fields.Keys.Order());

    [Fact]
    public void The_catalog_explains_every_event_once() =>
        Assert.Equal(MessageIds.All.Select(kind => kind.Id).Order(), Entries().Select(entry => entry.Id).Order());

    [Fact]
    public void The_catalog_shows_only_fields_that_the_event_has()
    {
        foreach ((string id, string text) in Entries())
        {
            string name = MessageIds.All.Single(kind => kind.Id == id).Event;
            Assert.All(
                Substitution().Matches(text),
                match => Assert.True(
                    match.Groups[1].Value is "MESSAGE" || Fields[name].Contains(match.Groups[1].Value),
                    $"{name} has no field {match.Groups[1].Value}"));
        }
    }

    [Fact]
    public void The_manual_lists_every_event_and_every_field()
    {
        Assert.All(MessageIds.All, kind =>
            Assert.Contains($"*{kind.Event}* {kind.Id}", Manual, StringComparison.Ordinal));
        Assert.All(Fields.Values.SelectMany(fields => fields).Distinct(), field =>
            Assert.Contains($"*{field}*", Manual, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Id, string Text)> Entries() =>
        Catalog.Split("\n-- ").Skip(1).Select(entry => (entry[..32], entry[32..]));

    private static Dictionary<string, HashSet<string>> ReadMessages(params string[] files)
    {
        Dictionary<string, HashSet<string>> messages = [];
        foreach (string file in files)
        {
            foreach (Match match in Message().Matches(File.ReadAllText(Path.Combine(Root, file))))
            {
                messages[match.Groups["event"].Value] =
                [.. Argument().Matches(match.Groups["arguments"].Value.Replace(" = null", "", StringComparison.Ordinal))
                    .Select(argument => argument.Groups[1].Value).Where(name => name != "text").Select(FieldOf)];
            }
        }

        return messages;
    }

    private static string FieldOf(string argument)
    {
        Span<char> field = stackalloc char[JournalFields.LongestName];
        return field[..JournalFields.WriteName(argument, field)].ToString();
    }

    private static string FindRoot()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "cgmemd.sln")))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    [GeneratedRegex(
        """EventName = "(?<event>[a-z-]+)".*?this ILogger log(?<arguments>[^)]*)\)""", RegexOptions.Singleline)]
    private static partial Regex Message();

    [GeneratedRegex(@"\S+\s+(\w+)(?:,|$)")]
    private static partial Regex Argument();

    [GeneratedRegex("@([A-Z0-9_]+)@")]
    private static partial Regex Substitution();
}
