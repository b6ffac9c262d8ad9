namespace Cgmemd.Core.Units;

/// <summary>
/// Which units are meant: the one of a name, or those that a glob matches. Names may hold what a glob would take for
/// its own, as a cgroup's path may, so that the two are told apart.
/// </summary>
public sealed class UnitChoice
{
    private readonly string _text;
    private readonly bool _isGlob;

    private UnitChoice(string text, bool isGlob) => (_text, _isGlob) = (text, isGlob);

    /// <summary>The name, where it is one unit's; else null.</summary>
    public string? Name => _isGlob ? null : _text;

    /// <summary>The unit of this name alone.</summary>
    public static UnitChoice Named(string name) => new(name, false);

    /// <summary>The units that a glob matches, and the one that has it for its name.</summary>
    public static UnitChoice Matching(string glob) => new(glob, glob.AsSpan().ContainsAny("*?["));

    /// <summary>The unit of this name where there is one, else those that it matches as a glob.</summary>
    public static UnitChoice Of(string text, Predicate<string> isUnit) => isUnit(text) ? Named(text) : Matching(text);

    public bool Contains(string unit) => unit == _text || (_isGlob && Glob.IsMatch(_text, unit));
}
