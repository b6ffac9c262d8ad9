namespace Cgmemd.Core.Samples;

/// <summary>
/// The limits of a cgroup: its own files, and the least over it and its ancestors, which is what it runs into.
/// </summary>
public readonly record struct Limits(
    ByteLimit High, ByteLimit Max, ByteLimit SwapMax, ByteLimit EffectiveHigh, ByteLimit EffectiveMax);
