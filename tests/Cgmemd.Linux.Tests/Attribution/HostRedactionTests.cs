using Cgmemd.Core.Attribution;
using Cgmemd.Linux.Attribution;

namespace Cgmemd.Linux.Tests.Attribution;

public sealed class HostRedactionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;

    private string KeyPath => Path.Combine(_directory, "redaction.key");

    [Fact]
    public void TheKeyIsMadeOnceAndIsRootsAlone()
    {
        string first = Of(["/srv/*"], _directory).Apply("/srv/acme");
        Assert.Equal(Redaction.KeyBytes, new FileInfo(KeyPath).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Equal(first, Of(["/srv/*"], _directory).Apply("/srv/acme"));
        Assert.Single(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public void AnotherHostHasOtherWords()
    {
        string first = Of(["/srv/*"], _directory).Apply("/srv/acme");
        File.Delete(KeyPath);
        Assert.NotEqual(first, Of(["/srv/*"], _directory).Apply("/srv/acme"));
    }

    [Fact]
    public void WithoutPatternsThereIsNoKey()
    {
        Assert.Same(Redaction.None, Of([], _directory));
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhereNoneCanBeKeptNamesAreHiddenAllTheSame(bool isDamaged)
    {
        if (isDamaged)
            File.WriteAllText(KeyPath, "short");
        string directory = isDamaged ? _directory : Path.Combine(_directory, "none");
        Redaction redaction = Of(["/srv/*"], directory);
        Assert.StartsWith("/srv/redacted-", redaction.Apply("/srv/acme"));
        Assert.Equal(redaction.Apply("/srv/acme"), redaction.Apply("/srv/acme"));
    }

    private static Redaction Of(string[] patterns, string directory)
    {
        var redaction = new HostRedaction(directory);
        redaction.Configure(patterns);
        return redaction.Current;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
