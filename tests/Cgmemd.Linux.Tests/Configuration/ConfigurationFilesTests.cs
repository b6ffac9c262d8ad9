using Cgmemd.Core.Configuration;
using Cgmemd.Linux.Configuration;

namespace Cgmemd.Linux.Tests.Configuration;

public sealed class ConfigurationFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cgmemd-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Write(string path, string text)
    {
        string full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    private ConfigurationResult Load()
    {
        ConfigurationResult result = ConfigurationFiles.Load(_root);
        Assert.Empty(result.Diagnostics);
        return result;
    }

    private string[] Loaded() => [.. Load().Files.Select(f => Path.GetRelativePath(_root, f))];

    [Fact]
    public void WithoutAnyTreeTheDefaultsHold()
    {
        Assert.Empty(Loaded());
        Assert.Equal(SamplingOptions.Default, Load().Configuration!.Sampling);
    }

    [Theory]
    [InlineData("usr/lib", "usr/lib")]
    [InlineData("usr/lib run", "run")]
    [InlineData("usr/lib run etc", "etc")]
    [InlineData("usr/lib etc", "etc")]
    public void TheMainFileIsThatOfTheHighestTree(string trees, string winner)
    {
        foreach (string tree in trees.Split(' '))
            Write($"{tree}/cgmemd/cgmemd.toml", "");
        Assert.Equal([$"{winner}/cgmemd/cgmemd.toml"], Loaded());
    }

    [Fact]
    public void DropInsAreSortedByNameOverAllTreesAndOverrideByName()
    {
        Write("usr/lib/cgmemd/cgmemd.toml", "");
        Write("usr/lib/cgmemd/rules.d/50-default.toml", "[sampling]\ninterval = '1s'");
        Write("usr/lib/cgmemd/rules.d/70-vendor.toml", "[sampling]\ninterval = '7s'");
        Write("run/cgmemd/rules.d/60-run.toml", "");
        Write("etc/cgmemd/rules.d/50-default.toml", "[sampling]\ninterval = '2s'");
        Write("etc/cgmemd/cgmemd.toml.d/90-last.toml", "[sampling]\ninterval = '9s'");
        Write("etc/cgmemd/cgmemd.toml.d/.hidden.toml", "x");
        Write("etc/cgmemd/cgmemd.toml.d/README", "x");
        Write("etc/cgmemd/cgmemd.toml.d/91-old.toml.dpkg-old", "x");
        Assert.Equal(
            [
                "usr/lib/cgmemd/cgmemd.toml", "etc/cgmemd/cgmemd.toml.d/90-last.toml",
                "etc/cgmemd/rules.d/50-default.toml", "run/cgmemd/rules.d/60-run.toml",
                "usr/lib/cgmemd/rules.d/70-vendor.toml",
            ],
            Loaded());
        Assert.Equal(TimeSpan.FromSeconds(7), Load().Configuration!.Sampling.Interval);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnEmptyFileOrALinkToDevNullMasks(bool isLink)
    {
        Write("usr/lib/cgmemd/rules.d/50-default.toml", "[watch.all]\nunits = ['*']");
        Assert.Single(Load().Configuration!.Watches);
        string mask = Path.Combine(_root, "etc/cgmemd/rules.d/50-default.toml");
        Directory.CreateDirectory(Path.GetDirectoryName(mask)!);
        if (isLink)
            File.CreateSymbolicLink(mask, "/dev/null");
        else
            File.WriteAllText(mask, "");
        Assert.Empty(Load().Configuration!.Watches);
    }

    [Fact]
    public void AnErrorKnowsItsFile()
    {
        string path = Write("etc/cgmemd/rules.d/50-x.toml", "\n[rule.r]\non = 'psss'\nabove = '1G'\n");
        ConfigurationResult result = ConfigurationFiles.Load(_root);
        Assert.Null(result.Configuration);
        Assert.StartsWith($"{path}:3:6: error: on is one of", Assert.Single(result.Diagnostics).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeReadIsADiagnosticWithItsErrno()
    {
        Directory.CreateDirectory(Path.Combine(_root, "etc/cgmemd/rules.d"));
        string dangling = Path.Combine(_root, "etc/cgmemd/rules.d/50-a.toml");
        File.CreateSymbolicLink(dangling, "/nonexistent");
        string loop = Path.Combine(_root, "etc/cgmemd/cgmemd.toml");
        File.CreateSymbolicLink(loop, loop);
        string bad = Write("etc/cgmemd/rules.d/60-b.toml", "x = 1");
        Assert.Equal(
            [
                $"{loop}: error: Too many levels of symbolic links", $"{dangling}: error: No such file or directory",
                $"{bad}:1:1: error: unknown key \"x\" in the file",
            ],
            ConfigurationFiles.Load(_root).Diagnostics.Select(d => d.ToString().Split('\n')[0]));
    }

    [Fact]
    public void NamedFilesAreReadAloneAndInOrder()
    {
        string a = Write("a.toml", "[sampling]\ninterval = '1s'"), b = Write("b.toml", "[sampling]\ninterval = '2s'");
        Write("etc/cgmemd/cgmemd.toml", "x");
        ConfigurationResult result = ConfigurationFiles.LoadFiles([b, a]);
        Assert.Equal([b, a], result.Files);
        Assert.Equal(TimeSpan.FromSeconds(1), result.Configuration!.Sampling.Interval);
        Assert.Equal(
            [$"{_root}/none: error: No such file or directory", $"{_root}: error: Is a directory"],
            ConfigurationFiles.LoadFiles([_root + "/none", _root]).Diagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void ALargeFileIsRefused()
    {
        string path = Write("big.toml", new string('#', ConfigurationFiles.MaxBytes + 1));
        Assert.Equal($"{path}: error: larger than 1 MiB: no configuration file",
            Assert.Single(ConfigurationFiles.LoadFiles([path]).Diagnostics).ToString());
    }
}
