using System.Globalization;

namespace Cgmemd.Linux.Sqlite;

/// <summary>A cell of a plain table: a number, a text, or nothing.</summary>
public readonly record struct PlainValue
{
    public ulong? Number { get; private init; }

    public string? Text { get; private init; }

    public static PlainValue Of(ulong? number) => new() { Number = number };

    public static PlainValue Of(string? text) => new() { Text = text };

    /// <summary>A point in time or another number that is never negative.</summary>
    public static PlainValue Of(long? number) => new() { Number = (ulong?)number };

    public override string ToString() => Text ?? Number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
