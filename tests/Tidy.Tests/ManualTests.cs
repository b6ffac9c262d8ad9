using System.Text.RegularExpressions;
using static Tidy.Tests.Repository;

namespace Tidy.Tests;

/// <summary>That the manual pages and the completion know all that the programs take.</summary>
public sealed partial class ManualTests
{
    private const string Pages = "packaging/man/";

    [Theory]
    [InlineData("src/cgmemd/", "cgmemd.8.scd")]
    [InlineData("src/cgmemctl/", "cgmemctl.1.scd")]
    public void The_manual_has_every_option(string source, string page)
    {
        string manual = Text(Pages + page);
        string[] options = [.. Tokens(source, OptionName()).Append("--version")];
        Assert.True(options.Length > 3);
        AssertNone(options.Where(option => !manual.Contains($"*{option}*", StringComparison.Ordinal))
            .Select(option => $"{page}: no {option}"));
    }

    [Fact]
    public void The_completion_has_every_option_of_cgmemctl()
    {
        string completion = Text("packaging/completions/cgmemctl");
        AssertNone(Tokens("src/cgmemctl/", OptionName())
            .Where(option => !completion.Contains(option, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("src/cgmemd/", "cgmemd.8.scd")]
    [InlineData("src/cgmemctl/", "cgmemctl.1.scd")]
    public void The_manual_has_every_exit_code(string source, string page) => Assert.Equal(
        ExitCode().Matches(Text(source + "ExitCode.cs")).Select(code => code.Groups[1].Value),
        ListedCode().Matches(Text(Pages + page).Split("# EXIT STATUS")[1].Split("\n# ")[0])
            .Select(code => code.Groups[1].Value));

    [Fact]
    public void The_manual_has_every_key_of_the_configuration()
    {
        string manual = Text(Pages + "cgmemd.toml.5.scd");
        string[] keys = [.. Tokens("src/Cgmemd.Core/Configuration/", Key())];
        Assert.True(keys.Length > 20);
        AssertNone(keys.Where(key => !manual.Contains($"\n*{key}* = ", StringComparison.Ordinal))
            .Select(key => $"cgmemd.toml.5.scd: no {key}"));
    }

    // What the pattern names in all files of a folder.
    private static IEnumerable<string> Tokens(string folder, Regex pattern) =>
        (from file in FilesOf(".cs")
         where file.StartsWith(folder, StringComparison.Ordinal)
         from match in pattern.Matches(Text(file))
         select match.Groups[1].Value).Distinct();

    [GeneratedRegex("\"(--[a-z-]+)\"")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"const int \w+ = (\d+);")]
    private static partial Regex ExitCode();

    [GeneratedRegex(@"^\*(\d+)\*$", RegexOptions.Multiline)]
    private static partial Regex ListedCode();

    [GeneratedRegex("section\\.(?:Time|Size|Count|Flag|Text|Strings|Choice|Bound)\\(\"([a-z_]+)\"")]
    private static partial Regex Key();
}
