using System.Diagnostics;

namespace Cgmemd.Daemon.Tests.Attribution;

/// <summary>A process of this host that does nothing, for as long as a test wants it.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process = Process.Start("sleep", "1000");

    public Child()
    {
        // Until its exec it is a copy of ours.
        Assert.True(SpinWait.SpinUntil(
            () => File.ReadAllText($"/proc/{Pid}/comm") == "sleep\n", TimeSpan.FromSeconds(60)));
    }

    public int Pid => _process.Id;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
