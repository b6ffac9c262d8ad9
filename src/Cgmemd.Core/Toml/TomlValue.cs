using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>A value of a TOML file, with where it begins.</summary>
/// <remarks>Source: TOML 1.0.0, https://toml.io/en/v1.0.0.</remarks>
public abstract class TomlValue(SourcePosition position)
{
    /// <summary>Where the value begins; of a table, its header or the key that made it.</summary>
    public SourcePosition Position { get; } = position;

    /// <summary>What kind of value it is, for messages: <c>a string</c>, <c>an integer</c>.</summary>
    public abstract string Kind { get; }
}

public sealed class TomlString(SourcePosition position, string value) : TomlValue(position)
{
    public string Value { get; } = value;

    public override string Kind => "a string";
}

public sealed class TomlInteger(SourcePosition position, long value) : TomlValue(position)
{
    public long Value { get; } = value;

    public override string Kind => "an integer";
}

public sealed class TomlFloat(SourcePosition position, double value) : TomlValue(position)
{
    public double Value { get; } = value;

    public override string Kind => "a float";
}

public sealed class TomlBoolean(SourcePosition position, bool value) : TomlValue(position)
{
    public bool Value { get; } = value;

    public override string Kind => "a boolean";
}

/// <summary>The four forms of a date or time.</summary>
public enum TomlDateTimeForm
{
    /// <summary>A date and time with an offset from UTC: an instant.</summary>
    Offset,
    LocalDateTime,
    LocalDate,
    LocalTime,
}

/// <summary>A date, a time or both.</summary>
/// <param name="position">Where it begins.</param>
/// <param name="form">Which of the parts count.</param>
/// <param name="value">
/// Date and time as written, to 100 ns (further digits are cut off, as the specification allows); a part that the form
/// lacks is zero.
/// </param>
/// <param name="offset">The offset from UTC of the form <see cref="TomlDateTimeForm.Offset"/>, else zero.</param>
public sealed class TomlDateTime(SourcePosition position, TomlDateTimeForm form, DateTime value, TimeSpan offset)
    : TomlValue(position)
{
    public TomlDateTimeForm Form { get; } = form;

    public DateTime Value { get; } = value;

    public TimeSpan Offset { get; } = offset;

    public override string Kind => "a date or time";
}

public sealed class TomlArray(SourcePosition position) : TomlValue(position)
{
    private readonly List<TomlValue> _items = [];

    public IReadOnlyList<TomlValue> Items => _items;

    public override string Kind => "an array";

    /// <summary>Made by <c>[[name]]</c>, which alone may append to it.</summary>
    internal bool IsOfTables { get; init; }

    internal void Add(TomlValue item) => _items.Add(item);
}
