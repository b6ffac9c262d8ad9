namespace Cgmemd.Daemon.Tests;

/// <summary>A start that cannot be: what is wrong is told by the exit code, and nothing is left behind.</summary>
public sealed class HostTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cgmemd-host-").FullName;

    public HostTests()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "proc"), "/proc");
        Directory.CreateDirectory(Path.Combine(_root, "etc/cgmemd"));
        Directory.CreateDirectory(Path.Combine(_root, "sys/fs/cgroup"));
    }

    [Fact]
    public void Without_cgroup_v2_the_host_is_of_no_use() => Assert.Equal(69, Run());

    [Fact]
    public void Without_the_memory_controller_the_host_is_of_no_use()
    {
        File.WriteAllText(Path.Combine(_root, "sys/fs/cgroup/cgroup.controllers"), "cpuset cpu io pids\n");
        Assert.Equal(69, Run());
    }

    [Fact]
    public void A_configuration_with_an_error_ends_the_start()
    {
        File.WriteAllText(Path.Combine(_root, "sys/fs/cgroup/cgroup.controllers"), "memory\n");
        File.WriteAllText(Path.Combine(_root, "etc/cgmemd/cgmemd.toml"), "[sampling]\nintervall = \"5s\"\n");
        Assert.Equal(78, Run());
    }

    public void Dispose()
    {
        Assert.False(Directory.Exists(Path.Combine(_root, "var")));
        Directory.Delete(_root, recursive: true);
    }

    private int Run() => Host.Run(new Options(
        _root, Path.Combine(_root, "var/lib/cgmemd"), Path.Combine(_root, "run/cgmemd"), [], LogTargetChoice.Console));
}
