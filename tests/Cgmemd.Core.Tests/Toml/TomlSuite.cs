
namespace Cgmemd.Core.Tests.Toml;

/// <summary>
/// Where the toml-test suite is: CGMEMD_TOML_TEST, or <c>shared/toml-test/tests</c> beside the repository.
/// </summary>
internal static class TomlSuite
{
    public const string List = "files-toml-1.0.0";

    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CGMEMD_TOML_TEST") is { Length: > 0 } named)
            return File.Exists(Path.Combine(named, List)) ? named : null;
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "shared", "toml-test", "tests");
            if (File.Exists(Path.Combine(folder, List)))
                return folder;
        }

        return null;
    }
}

/// <summary>A fact that needs the toml-test suite, skipped with the reason where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TomlSuiteFactAttribute : FactAttribute
{
    public TomlSuiteFactAttribute()
    {
        if (TomlSuite.Folder is null)
            Skip = "the toml-test suite is absent: no ../shared/toml-test beside the repository, "
                + "and CGMEMD_TOML_TEST names no folder with " + TomlSuite.List;
    }
}
