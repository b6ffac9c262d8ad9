namespace Cgmemd.Core.Configuration;

/// <summary>A configuration file as it was read.</summary>
/// <param name="Path">Its path, as messages show it.</param>
/// <param name="Text">Its bytes, meant to be UTF-8.</param>
public sealed record SourceFile(string Path, ReadOnlyMemory<byte> Text);
