using System.Text;
using System.Text.RegularExpressions;
using Cgmemd.Core.Configuration;
using static Tidy.Tests.Repository;

namespace Tidy.Tests;

/// <summary>That the documents are true where a machine can tell: their links, their samples, their numbers.</summary>
public sealed partial class DocumentTests
{
    private const string DefaultRules = "etc/rules.d/50-default.toml";
    private const string Decisions = "docs/decisions/";

    [Fact]
    public void No_link_is_dead() => AssertNone(
        from file in FilesOf(".md")
        from link in Link().Matches(Fenced().Replace(Text(file), ""))
        let target = link.Groups[1].Value
        where !target.Contains(':') && !Leads(file, target)
        select $"{file}: dead link: {target}");

    [Fact]
    public void No_path_of_the_tree_is_dead() => AssertNone(
        from file in FilesOf(".md").Concat(FilesOf(".scd"))
        from path in TreePath().Matches(Fenced().Replace(Text(file), ""))
        let target = path.Groups[1].Value
        where !Path.Exists(Path.Combine(Root, target))
        select $"{file}: no such file: {target}");

    [Fact]
    public void The_samples_of_configuration_are_valid()
    {
        string[] readme = [.. Samples("README.md")];
        Assert.NotEmpty(readme);
        string[] manual = [.. Samples("packaging/man/cgmemd.toml.5.scd")];
        Assert.NotEmpty(manual);
        AssertNone(readme.Concat(manual).SelectMany(Diagnostics));
    }

    [Fact]
    public void The_files_of_etc_are_valid()
    {
        string[] files = [.. FilesOf(".toml").Where(file => file.StartsWith("etc/", StringComparison.Ordinal))];
        Assert.Contains(DefaultRules, files);
        AssertNone(files.SelectMany(file => Diagnostics(Text(file))));
    }

    [Fact]
    public void Decisions_are_numbered_as_named_and_listed()
    {
        string index = Text(Decisions + "README.md");
        string[] records = [.. Files.Where(file => Record().IsMatch(file))];
        Assert.NotEmpty(records);
        Assert.Distinct(records.Select(NumberOf));
        Assert.All(records, file =>
        {
            Assert.StartsWith($"# {NumberOf(file)}. ", Text(file), StringComparison.Ordinal);
            Assert.Contains($"({Path.GetFileName(file)})", index, StringComparison.Ordinal);
        });
    }

    private static int NumberOf(string record) => int.Parse(Record().Match(record).Groups[1].ValueSpan, null);

    private static bool Leads(string file, string target)
    {
        string[] parts = target.Split('#');
        string path = parts[0].Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file)!, parts[0]);
        string full = Path.Combine(Root, path);
        if (parts.Length == 1)
            return File.Exists(full) || Directory.Exists(full);
        return File.Exists(full) && Heading().Matches(File.ReadAllText(full))
            .Any(heading => Anchor(heading.Groups[1].Value) == parts[1]);
    }

    // As the hosts of repositories make it: lower case, dashes for blanks, no other punctuation.
    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Replace(' ', '-')
            .Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    // Blocks marked as TOML, and those of the manual, which cannot be marked, that begin with a table.
    private static IEnumerable<string> Samples(string file) =>
        from block in Fenced().Matches(Text(file))
        let text = block.Groups["text"].Value
        where block.Groups["language"].Value == "toml" || text.StartsWith('[')
        select text;

    // Read over the rules of the package, as on a host.
    private static IEnumerable<string> Diagnostics(string sample) => ConfigurationReader.Read(
    [
        new SourceFile(DefaultRules, Encoding.UTF8.GetBytes(Text(DefaultRules))),
        new SourceFile("sample", Encoding.UTF8.GetBytes(sample)),
    ]).Diagnostics.Select(diagnostic => diagnostic.ToString());

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    // In code quotes and from the root on; patterns are left out.
    [GeneratedRegex("`((?:src|tests|docs|etc|packaging|debian)/[^`*\\s]*)`")]
    private static partial Regex TreePath();

    [GeneratedRegex("^```(?<language>.*)\n(?<text>(?:.*\n)*?)```$", RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^docs/decisions/(\d{4})-.*\.md$")]
    private static partial Regex Record();
}
