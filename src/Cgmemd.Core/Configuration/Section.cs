using System.Globalization;
using Cgmemd.Core.Rules;
using Cgmemd.Core.Toml;
using Cgmemd.Core.Units;

namespace Cgmemd.Core.Configuration;

/// <summary>
/// A table of the configuration being bound: each key is asked for once, with what holds where it is absent; a value
/// in error is told, and what holds without it returned.
/// </summary>
/// <param name="table">The table, or null where no file has it.</param>
/// <param name="title">Its name in messages: <c>[sampling]</c>.</param>
/// <param name="problems">Where errors go.</param>
internal sealed class Section(TomlTable? table, string title, Problems problems)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365.25);

    private readonly List<string> _known = [];

    /// <summary>The entry of a key, which is known from then on; null where absent.</summary>
    public TomlEntry? Find(string key)
    {
        _known.Add(key);
        return table?.Find(key);
    }

    /// <summary>Tells every key that was never asked for. To be called last.</summary>
    /// <param name="others">What does by now what a key once did, or is taken for doing.</param>
    public void RefuseUnknown(params ReadOnlySpan<(string Key, string Instead)> others)
    {
        foreach (TomlEntry entry in table?.Entries ?? [])
        {
            if (!_known.Contains(entry.Name))
                problems.Add(entry.Position, $"unknown key \"{entry.Name}\" in {title}",
                    Instead(entry.Name, others) ?? Spelling.Nearest(entry.Name, _known));
        }
    }

    private static string? Instead(string name, ReadOnlySpan<(string Key, string Instead)> others)
    {
        foreach ((string key, string instead) in others)
        {
            if (key == name)
                return instead;
        }

        return null;
    }

    public bool Flag(string key, bool absent) => Find(key) switch
    {
        null => absent,
        { Value: TomlBoolean value } => value.Value,
        var entry => Refuse(entry, "true or false", absent),
    };

    /// <summary>A number of things, at least one.</summary>
    public int Count(string key, int absent) => Find(key) switch
    {
        null => absent,
        { Value: TomlInteger { Value: > 0 and <= int.MaxValue } value } => (int)value.Value,
        { Value: TomlInteger } entry => Fail(entry, $"{key} must be 1 or more", absent),
        var entry => Refuse(entry, "a number without quotes", absent),
    };

    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { Value: TomlString value } => value.Value,
        var entry => Refuse<string?>(entry, "a string", null),
    };

    /// <summary>
    /// A time span, finite; with <paramref name="isZeroAllowed"/> it may be zero. A year at most, where no other
    /// <paramref name="longest"/> is given.
    /// </summary>
    public TimeSpan Time(string key, TimeSpan absent, bool isZeroAllowed = false, TimeSpan? longest = null)
    {
        if (Find(key) is not { } entry)
            return absent;
        if (BareNumber(entry) is { } number)
            return Fail(entry, $"{key} takes a time with a unit, such as \"5s\" or \"1h 30min\"", absent, number + "s");
        if (entry.Value is not TomlString { Value: var text })
            return Refuse(entry, "a time in quotes, such as \"5s\"", absent);
        if (!TimeSpanText.TryParse(text, out TimeSpan span))
            return Fail(entry, $"\"{text}\" is no time span: write it as \"5s\" or \"1h 30min\"", absent);
        if (span == TimeSpanText.Infinity)
            return Fail(entry, $"{key} must be finite", absent);
        // So that now plus a few of them stays far from the end of a clock of 64 bits.
        TimeSpan most = longest ?? Longest;
        if (span > most)
            return Fail(entry, $"{key} must be {TimeSpanText.Format(most)} at most", absent);
        return span > TimeSpan.Zero || isZeroAllowed ? span : Fail(entry, $"{key} must be more than 0", absent);
    }

    public ulong Size(string key, ulong absent) => Find(key) switch
    {
        null => absent,
        { Value: TomlString value } when ByteSize.TryParse(value.Value, out ulong bytes) => bytes,
        { Value: TomlString value } entry =>
            Fail(entry, $"\"{value.Value}\" is no size: write a number and B, K, M, G or T", absent),
        { Value: TomlInteger } entry => Fail(entry, $"{key} takes a size with a unit, such as \"512M\"", absent),
        var entry => Refuse(entry, "a size in quotes, such as \"512M\"", absent),
    };

    /// <summary>A share or a size; null where it is absent or in error.</summary>
    public Bound? Bound(string key)
    {
        if (Find(key) is not { } entry)
            return null;
        if (BareNumber(entry) is { } number)
        {
            bool isShare = number.Length <= 2 || number == "100";
            // A long number in quotes is bytes, as in systemd; a short one is a share whose sign was forgotten.
            if (isShare || entry.Value is not TomlString)
                return Fail<Bound?>(entry, $"{key} takes a share or a size with a unit, such as \"80%\" or \"1G\"",
                    null, isShare ? number + "%" : null);
        }

        if (entry.Value is not TomlString { Value: var text })
            return Refuse<Bound?>(entry, "a share or a size in quotes, such as \"80%\" or \"1G\"", null);
        if (Rules.Bound.TryParse(text, out Bound bound))
            return bound;
        return Fail<Bound?>(entry, text.Contains('%', StringComparison.Ordinal)
            ? $"\"{text}\" is no share: write 0% to 100%, with two decimals at most"
            : $"\"{text}\" is neither a share such as \"80%\" nor a size such as \"1G\"", null);
    }

    /// <summary>A share of time, from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public Bound Share(string key, Bound absent, Bound least, Bound most)
    {
        if (Find(key) is not { } entry)
            return absent;
        if (BareNumber(entry) is { } number)
            return Fail(entry, $"{key} takes a share with its sign, such as \"{absent}\"", absent, number + "%");
        if (entry.Value is not TomlString { Value: var text })
            return Refuse(entry, $"a share in quotes, such as \"{absent}\"", absent);
        if (!Rules.Bound.TryParse(text, out Bound share) || !share.IsShare)
            return Fail(entry, $"\"{text}\" is no share: write it as \"{absent}\", with two decimals at most", absent);
        return share.Value >= least.Value && share.Value <= most.Value
            ? share
            : Fail(entry, $"{key} must be {least} to {most}", absent);
    }

    /// <summary>A list of strings, none of them empty.</summary>
    public IReadOnlyList<string> Strings(string key, IReadOnlyList<string> absent, bool isEmptyAllowed = false)
    {
        if (Find(key) is not { } entry)
            return absent;
        if (entry.Value is not TomlArray array)
            return Refuse(entry, "a list of strings, such as [\"a\", \"b\"]", absent);
        if (array.Items.Count == 0 && !isEmptyAllowed)
            return Fail(entry, $"{key} is empty: leave it out, or name something", absent);
        List<string> strings = [];
        foreach (TomlValue item in array.Items)
        {
            if (item is TomlString { Value.Length: > 0 } text)
                strings.Add(text.Value);
            else
                problems.Add(item.Position, $"{key} takes strings that are not empty, not {item.Kind}");
        }

        return strings;
    }

    /// <summary>One of some words.</summary>
    public T Choice<T>(string key, T absent, IReadOnlyList<(string Word, T Value)> choices)
    {
        TomlEntry? entry = Find(key);
        return entry is null ? absent : Choice(key, entry.Value, absent, choices);
    }

    /// <summary>One of some words, in a list of them.</summary>
    public T Choice<T>(string key, TomlValue value, T absent, IReadOnlyList<(string Word, T Value)> choices)
    {
        string word = (value as TomlString)?.Value ?? "";
        foreach (var choice in choices)
        {
            if (choice.Word == word)
                return choice.Value;
        }

        // No LINQ over a type of value: ahead of time each such is compiled with every other one.
        string[] words = new string[choices.Count];
        for (int i = 0; i < words.Length; i++)
            words[i] = choices[i].Word;
        string given = value is TomlString ? $"\"{word}\"" : value.Kind;
        problems.Add(value.Position, $"{key} is one of \"{string.Join("\", \"", words)}\", not {given}",
            Spelling.Nearest(word, words));
        return absent;
    }

    /// <summary>Tells an error of an entry's value, and returns what holds without it.</summary>
    public T Fail<T>(TomlEntry entry, string message, T absent, string? suggestion = null)
    {
        problems.Add(entry.Value.Position, message, suggestion);
        return absent;
    }

    private T Refuse<T>(TomlEntry entry, string wanted, T absent) =>
        Fail(entry, $"{entry.Name} takes {wanted}, not {entry.Value.Kind}", absent);

    // A number without its unit, in quotes or without; "0" needs none.
    private static string? BareNumber(TomlEntry entry) => entry.Value switch
    {
        TomlString { Value: not "0" and { Length: > 0 and < 20 } text } when text.All(char.IsAsciiDigit) => text,
        TomlInteger { Value: >= 0 } number => number.Value.ToString(CultureInfo.InvariantCulture),
        TomlFloat { Value: >= 0 and < 1e9 } number => number.Value.ToString("0.###", CultureInfo.InvariantCulture),
        _ => null,
    };
}
