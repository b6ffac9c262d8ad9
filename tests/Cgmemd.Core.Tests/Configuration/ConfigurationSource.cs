using System.Text;
using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Tests.Configuration;

/// <summary>Reads configurations that tests write in place.</summary>
internal static class ConfigurationSource
{
    public static ConfigurationResult Read(params string[] texts) => ConfigurationReader.Read(
        [.. texts.Select((text, i) => new SourceFile($"{(char)('a' + i)}.toml", Encoding.UTF8.GetBytes(text)))]);

    /// <summary>The folder of the repository that holds a path.</summary>
    public static string InRepository(string path)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "cgmemd.sln")))
                return Path.Combine(at.FullName, path);
        }

        throw new FileNotFoundException("no cgmemd.sln above " + AppContext.BaseDirectory);
    }
}
