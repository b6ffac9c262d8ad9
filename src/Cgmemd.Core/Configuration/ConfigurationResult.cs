using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Configuration;

/// <summary>What came of reading the configuration.</summary>
/// <param name="Configuration">The configuration; null if there is any diagnostic.</param>
/// <param name="Diagnostics">Every error of every file.</param>
/// <param name="Files">The files it was read from, in the order of their reading: a later one overrides.</param>
/// <param name="Merged">All files as one table, each value with the place it came from.</param>
public sealed record ConfigurationResult(
    Configuration? Configuration,
    IReadOnlyList<Diagnostic> Diagnostics,
    IReadOnlyList<string> Files,
    TomlTable Merged);
