using Xunit;

namespace Cgmemd.Control.Tests;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void AFileWithoutErrorsIs0()
    {
        File.WriteAllText(_file, "[watch.api]\nunits = [\"api.service\"]\n");
        using var run = new ControlRun();
        Assert.Equal(0, run.Run("config", "check", _file));
        Assert.Equal($"No errors: 1 file, 1 watch, 0 rules.\n  {_file}\n", run.Error);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void EveryErrorIsPrintedAndTheExitCodeIs78()
    {
        File.WriteAllText(_file, "[wacht.api]\nunits = [\"api.service\"]\n[journal]\nusage_interval = 5\n");
        using var run = new ControlRun();
        Assert.Equal(78, run.Run("config", "check", _file));
        Assert.Contains($"{_file}:1:2: error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{_file}:4:", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("cgmemctl: 2 errors in the configuration\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThereIs78()
    {
        using var run = new ControlRun();
        Assert.Equal(78, run.Run("config", "check", "/nonexistent/cgmemd.toml"));
        Assert.Contains("No such file or directory", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonIsRefused()
    {
        using var run = new ControlRun();
        Assert.Equal(2, run.Run("config", "show", "--json"));
    }

    public void Dispose() => File.Delete(_file);
}
