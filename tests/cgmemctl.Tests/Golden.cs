using Xunit;

namespace Cgmemd.Control.Tests;

/// <summary>
/// Outputs to the letter, kept in files beside the tests: Golden/NAME.txt. With CGMEMD_UPDATE_GOLDEN=1 in the
/// environment they are written anew, to be looked at with git diff.
/// </summary>
internal static class Golden
{
    /// <summary>Whether they are to be written anew.</summary>
    internal static bool IsUpdate { get; } = Environment.GetEnvironmentVariable("CGMEMD_UPDATE_GOLDEN") == "1";

    internal static string Read(string name) => File.ReadAllText(Path.Combine(Folder(), $"{name}.txt"));

    internal static void Equal(string actual, string name)
    {
        string file = Path.Combine(Folder(), $"{name}.txt");
        if (IsUpdate)
            File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual);
    }

    // Up from the build's output to the tests' folder.
    private static string Folder()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "cgmemctl.Tests.csproj")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("cgmemctl.Tests");
        return Directory.CreateDirectory(Path.Combine(folder, "Golden")).FullName;
    }
}
