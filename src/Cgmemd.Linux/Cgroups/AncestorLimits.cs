using Cgmemd.Core.Samples;

namespace Cgmemd.Linux.Cgroups;

/// <summary>
/// The limits that units run into: the least of a cgroup's own and those of its ancestors. Many units share a slice,
/// so an ancestor is kept open and read at most once per pass. For one thread.
/// </summary>
/// <param name="root">Where cgroup v2 is mounted.</param>
public sealed class AncestorLimits(string root) : IDisposable
{
    /// <summary>
    /// An ancestor is let go after this many passes without use. Most passes read few cgroups, or none: one pass alone
    /// would let go of all, to open and allocate them again a moment later.
    /// </summary>
    private const long IdlePasses = 1_000;

    private readonly Dictionary<string, Ancestor> _ancestors = [];
    private readonly List<string> _unused = [];
    private long _pass = 1;

    /// <summary>
    /// Starts a pass: every ancestor is read anew when it is next needed; those long unused are let go.
    /// </summary>
    public void BeginPass()
    {
        foreach ((string path, Ancestor ancestor) in _ancestors)
        {
            if (_pass - ancestor.UsedInPass >= IdlePasses)
                _unused.Add(path);
        }

        foreach (string path in _unused)
        {
            _ancestors.Remove(path, out Ancestor? ancestor);
            ancestor?.Dispose();
        }

        _unused.Clear();
        _pass++;
    }

    /// <summary>Reads a cgroup's own limits and works out the effective ones.</summary>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="limits">Takes them.</param>
    /// <param name="ownHigh">Its own memory.high, where what the file says now is no limit of its own.</param>
    /// <returns>As <see cref="Cgroup.ReadLimits"/>. An ancestor that cannot be read counts as without limit.</returns>
    public ReadStatus Read(Cgroup cgroup, out Limits limits, ByteLimit? ownHigh = null)
    {
        ReadStatus status = cgroup.ReadLimits(out ByteLimit high, out ByteLimit max, out ByteLimit swapMax);
        high = ownHigh ?? high;
        (ByteLimit effectiveHigh, ByteLimit effectiveMax) = (high, max);
        if (status is ReadStatus.Ok && cgroup.ParentPath is { } parent)
        {
            Ancestor above = Get(parent);
            effectiveHigh = ByteLimit.Least(high, above.EffectiveHigh);
            effectiveMax = ByteLimit.Least(max, above.EffectiveMax);
        }

        limits = new Limits(high, max, swapMax, effectiveHigh, effectiveMax);
        return status;
    }

    /// <summary>How many ancestors are kept open.</summary>
    internal int Count => _ancestors.Count;

    public void Dispose()
    {
        foreach (Ancestor ancestor in _ancestors.Values)
            ancestor.Dispose();
        _ancestors.Clear();
    }

    private Ancestor Get(string path)
    {
        if (!_ancestors.TryGetValue(path, out Ancestor? ancestor))
            _ancestors.Add(path, ancestor = new Ancestor(path));
        if (ancestor.UsedInPass == _pass)
            return ancestor;
        ancestor.UsedInPass = _pass;
        (ByteLimit high, ByteLimit max) = ancestor.ReadOwn(root);
        if (ancestor.ParentPath is { } parent)
        {
            Ancestor above = Get(parent);
            high = ByteLimit.Least(high, above.EffectiveHigh);
            max = ByteLimit.Least(max, above.EffectiveMax);
        }

        (ancestor.EffectiveHigh, ancestor.EffectiveMax) = (high, max);
        return ancestor;
    }

    private sealed class Ancestor(string path) : IDisposable
    {
        private Cgroup? _cgroup;

        internal string? ParentPath { get; } =
            path == "/" ? null : path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "/";

        internal long UsedInPass { get; set; }

        internal ByteLimit EffectiveHigh { get; set; }

        internal ByteLimit EffectiveMax { get; set; }

        // The slice may have been removed and made again under its path since the last pass.
        internal (ByteLimit High, ByteLimit Max) ReadOwn(string root)
        {
            ByteLimit high = ByteLimit.Max, max = ByteLimit.Max;
            if (_cgroup is null || _cgroup.ReadLimits(out high, out max, out _) is ReadStatus.Vanished)
            {
                _cgroup?.Dispose();
                if (Cgroup.TryOpen(root, path, out _cgroup) is ReadStatus.Ok)
                    _cgroup!.ReadLimits(out high, out max, out _);
            }

            return (high, max);
        }

        public void Dispose() => _cgroup?.Dispose();
    }
}
