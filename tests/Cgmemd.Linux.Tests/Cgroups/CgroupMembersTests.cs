using Cgmemd.Core.Samples;
using Cgmemd.Linux.Cgroups;

namespace Cgmemd.Linux.Tests.Cgroups;

public sealed class CgroupMembersTests : IDisposable
{
    private const string Unit = "/system.slice/api.service";

    private readonly FixtureTree _tree = new();
    private readonly CgroupMembers _cgroups;
    private readonly CgroupName _unit;

    public CgroupMembersTests()
    {
        _cgroups = new CgroupMembers(_tree.Root);
        Assert.Equal(ReadStatus.Ok, Cgroup.TryOpen(_tree.Root, Unit, out Cgroup? cgroup));
        using (cgroup)
            _unit = new CgroupName(Unit, cgroup!.Id);
    }

    [Fact]
    public void Each_process_comes_with_the_cgroup_it_is_in()
    {
        List<CgroupMember> members = Read();
        Assert.Equal([812, 977, 990, 991], members.Select(member => member.Pid).Distinct().Order());
        Assert.Equal(Unit, members.Find(member => member.Pid == 812).Cgroup);
        Assert.StartsWith(Unit + "/", members.Find(member => member.Pid == 991).Cgroup, StringComparison.Ordinal);
        Assert.All(members, member => Assert.True(Directory.Exists(_tree.Root + member.Cgroup)));
    }

    [Fact]
    public void Listing_again_allocates_nothing()
    {
        List<CgroupMember> members = Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            members.Clear();
            _cgroups.Read(_unit, members, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void One_that_was_made_anew_is_not_the_same()
    {
        Directory.Move(_tree.Root + Unit, _tree.Root + "/former");
        Assert.Equal(ReadStatus.Vanished, _cgroups.Read(_unit, [], out _));
        Directory.CreateDirectory(_tree.Root + Unit);
        Assert.Equal(ReadStatus.Vanished, _cgroups.Read(_unit, [], out _));
    }

    [Fact]
    public void A_malformed_list_fails()
    {
        _tree.Write(Unit + "/cgroup.procs", "nonsense\n");
        Assert.Equal(ReadStatus.Failed, _cgroups.Read(_unit, [], out _));
    }

    [Fact]
    public void What_does_not_fit_is_counted()
    {
        _tree.Write(Unit + "/cgroup.procs", string.Concat(Enumerable.Range(1, 30_000).Select(pid => $"{pid}\n")));
        var members = new List<CgroupMember>();
        Assert.Equal(ReadStatus.Ok, _cgroups.Read(_unit, members, out int unlisted));
        Assert.Equal(CgroupMembers.MaxMembers, members.Count);
        Assert.InRange(unlisted, 10_000, 10_100);
    }

    [Fact]
    public void A_root_that_is_not_there_is_an_error() =>
        Assert.Throws<IOException>(() => new CgroupMembers("/nonexistent").Dispose());

    public void Dispose()
    {
        _cgroups.Dispose();
        _tree.Dispose();
    }

    private List<CgroupMember> Read()
    {
        var members = new List<CgroupMember>();
        Assert.Equal(ReadStatus.Ok, _cgroups.Read(_unit, members, out int unlisted));
        Assert.Equal(0, unlisted);
        return members;
    }
}
