namespace Cgmemd.Core.Kernel;

/// <summary>Paths of cgroups, from the root of the hierarchy.</summary>
public static class CgroupPath
{
    /// <summary>Whether a path is another or below it: <c>/a/b</c> is within <c>/a</c>, <c>/ab</c> is not.</summary>
    public static bool IsWithin(string path, string other) => other == "/"
        || (path.StartsWith(other, StringComparison.Ordinal)
            && (path.Length == other.Length || path[other.Length] == '/'));
}
