namespace Cgmemd.Core.Attribution;

/// <summary>Which followed unit a cgroup is in. Paths are looked up once each: many processes share few.</summary>
internal sealed class FollowedUnits
{
    private readonly Dictionary<string, int> _byCgroup = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byInvocation = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _homes = new(StringComparer.Ordinal);
    private IReadOnlyList<FollowedUnit> _units = [];

    /// <summary>Begins anew.</summary>
    public void Set(IReadOnlyList<FollowedUnit> units)
    {
        _units = units;
        _byCgroup.Clear();
        _byInvocation.Clear();
        _homes.Clear();
        for (int i = 0; i < units.Count; i++)
        {
            _byCgroup[units[i].Cgroup] = i;
            if (units[i].InvocationId is { } id)
                _byInvocation[id] = i;
        }
    }

    /// <summary>The innermost unit that a cgroup is in, or -1.</summary>
    public int HomeOf(string cgroup)
    {
        if (_homes.TryGetValue(cgroup, out int home))
            return home;
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> units =
            _byCgroup.GetAlternateLookup<ReadOnlySpan<char>>();
        home = _byCgroup.GetValueOrDefault("/", -1);
        for (ReadOnlySpan<char> path = cgroup; path.Length > 1; path = path[..path.LastIndexOf('/')])
        {
            if (units.TryGetValue(path, out int found))
            {
                home = found;
                break;
            }
        }

        return _homes[cgroup] = home;
    }

    /// <summary>Whether a cgroup is a unit's or below it.</summary>
    public bool Holds(int unit, string cgroup)
    {
        string top = _units[unit].Cgroup;
        return cgroup.StartsWith(top, StringComparison.Ordinal)
            && (cgroup.Length == top.Length || top.Length == 1 || cgroup[top.Length] == '/');
    }

    /// <summary>
    /// Whether all processes of a unit began in it. Not those of a scope, which were elsewhere before, nor of a cgroup
    /// that somebody made by hand.
    /// </summary>
    public bool BeginsItsOwn(int unit) => _units[unit].Cgroup.EndsWith(".service", StringComparison.Ordinal);

    /// <summary>
    /// Whether a unit is that of a service manager: whatever that starts, it starts in another cgroup.
    /// </summary>
    public bool IsManager(int unit) => _units[unit].Cgroup.EndsWith("/init.scope", StringComparison.Ordinal);

    /// <summary>The unit of an invocation, or -1.</summary>
    public int OfInvocation(string invocationId) => _byInvocation.GetValueOrDefault(invocationId, -1);
}
