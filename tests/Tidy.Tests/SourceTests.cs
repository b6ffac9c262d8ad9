using static Tidy.Tests.Repository;

namespace Tidy.Tests;

/// <summary>
/// What keeps the source easy to read: short files, short functions, short lines, and names that say something.
/// </summary>
public sealed class SourceTests
{
    private const int MaxFileLines = 400;
    private const int MaxFunctionLines = 70;
    private const int MaxColumns = 120;

    private static readonly string[] CatchAlls = ["Common", "Utils", "Utilities", "Helpers", "Abstractions", "Misc"];

    [Fact]
    public void No_file_is_long() => AssertNone(
        from file in FilesOf(".cs")
        let count = Lines(file).Length
        where count > MaxFileLines
        select $"{file}: {count} lines, at most {MaxFileLines}");

    [Fact]
    public void No_function_is_long() => AssertNone(
        from file in FilesOf(".cs")
        from function in FunctionLengths.Of(Lines(file))
        where function.Length > MaxFunctionLines
        select $"{file}:{function.Line}: {function.Length} lines in one function, at most {MaxFunctionLines}");

    // But in raw strings: what another program says is quoted as it is.
    [Fact]
    public void No_line_is_long() => AssertNone(
        from file in FilesOf(".cs").Concat(FilesOf(".scd")).Concat(FilesOf(".toml"))
        from line in Lines(file).Index()
        where line.Item.Length > MaxColumns && !line.Item.Contains("\"\"\"", StringComparison.Ordinal)
        select $"{file}:{line.Index + 1}: {line.Item.Length} columns, at most {MaxColumns}");

    [Fact]
    public void No_folder_is_a_catch_all() => AssertNone(
        from file in FilesOf(".cs")
        where file.Split('/', '.').Intersect(CatchAlls).Any()
        select $"{file}: name it for what it holds");
}
