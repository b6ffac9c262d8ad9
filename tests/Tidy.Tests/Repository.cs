namespace Tidy.Tests;

/// <summary>The tree of this repository as its authors wrote it: without what a build leaves behind.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = [".git", "bin", "obj", "artifacts"];

    /// <summary>The folder that holds cgmemd.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths below the root, in order, with slashes.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Find(new DirectoryInfo(Root)).Select(file => Path.GetRelativePath(Root, file.FullName)).Order()];

    /// <summary>The files whose name ends so.</summary>
    public static IEnumerable<string> FilesOf(string suffix) =>
        Files.Where(file => file.EndsWith(suffix, StringComparison.Ordinal));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    /// <summary>Fails with a line for every fault, none hidden behind the first.</summary>
    public static void AssertNone(IEnumerable<string> faults)
    {
        string all = string.Join('\n', faults);
        Assert.True(all.Length == 0, all);
    }

    private static IEnumerable<FileInfo> Find(DirectoryInfo directory) => directory.EnumerateFiles().Concat(
        directory.EnumerateDirectories().Where(below => !NotOurs.Contains(below.Name)).SelectMany(Find));

    private static string FindRoot()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "cgmemd.sln")))
            directory = Path.GetDirectoryName(directory) ?? throw new FileNotFoundException("no cgmemd.sln above");
        return directory;
    }
}
