using System.Diagnostics;

namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>The preloaded disk of a driver: tests/Cgmemd.HistoryDriver/disk.c, compiled once.</summary>
internal static class FaultyDisk
{
    private static readonly Lazy<(string? Library, string? Lacking)> Built = new(Build);

    /// <summary>Why there is none, or null.</summary>
    public static string? Lacking => Built.Value.Lacking;

    /// <summary>What makes a process write to it.</summary>
    /// <param name="prefix">The names of the files that are on it.</param>
    /// <param name="control">The file that says what fails; null for nothing.</param>
    public static (string Name, string Value)[] Environment(string prefix, string? control = null) =>
        [("LD_PRELOAD", Built.Value.Library!), ("DISK_PREFIX", prefix), ("DISK_FAULT", control ?? "")];

    private static (string? Library, string? Lacking) Build()
    {
        string library = Path.Combine(AppContext.BaseDirectory, "disk.so");
        string source = Path.Combine(AppContext.BaseDirectory, "disk.c");
        try
        {
            using Process gcc = Process.Start(
                new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-O1", "-Wall", "-o", library, source, "-ldl"])
                {
                    RedirectStandardError = true,
                })!;
            string errors = gcc.StandardError.ReadToEnd();
            gcc.WaitForExit();
            return gcc.ExitCode == 0 ? (library, null) : throw new InvalidOperationException(errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (null, $"gcc: {e.Message}");
        }
    }
}

/// <summary>A test that needs the preloaded disk; skipped, with the reason, where there is no compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FaultyDiskFactAttribute : FactAttribute
{
    public FaultyDiskFactAttribute()
    {
        if (FaultyDisk.Lacking is { } lacking)
            Skip = lacking;
    }
}
