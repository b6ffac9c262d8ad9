using System.Globalization;
using System.Text.Json;
using Cgmemd.Core.Toml;

namespace Cgmemd.Core.Tests.Toml;

/// <summary>The reader against the toml-test suite, every file of its list for TOML 1.0.0.</summary>
public sealed class TomlSuiteTests
{
    [TomlSuiteFact]
    public void EveryValidFileIsDecodedAsItsJsonSays()
    {
        List<string> wrong = [];
        int count = 0;
        foreach (string file in Files("valid/"))
        {
            TomlDocument document = Read(file);
            using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(file, "json")));
            count++;
            if (document.Errors.Count > 0)
                wrong.Add(document.Errors[0].ToString());
            else if (Difference(document.Root, expected.RootElement) is { } difference)
                wrong.Add($"{file}: {difference}");
        }

        Assert.True(count > 200, $"only {count} files in the list");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [TomlSuiteFact]
    public void EveryInvalidFileIsRefused()
    {
        string[] files = [.. Files("invalid/")];
        Assert.True(files.Length > 400, $"only {files.Length} files in the list");
        Assert.DoesNotContain(files, file => Read(file).Errors.Count == 0);
    }

    private static IEnumerable<string> Files(string kind) =>
        File.ReadLines(Path.Combine(TomlSuite.Folder!, TomlSuite.List))
            .Where(line => line.StartsWith(kind, StringComparison.Ordinal)
                && line.EndsWith(".toml", StringComparison.Ordinal))
            .Select(line => Path.Combine(TomlSuite.Folder!, line));

    private static TomlDocument Read(string file) => TomlReader.Read(file, File.ReadAllBytes(file));

    private static string? Difference(TomlValue value, JsonElement expected)
    {
        switch (value)
        {
            case TomlTable table when expected.ValueKind == JsonValueKind.Object:
                if (table.Entries.Count != expected.EnumerateObject().Count())
                    return $"{table.Entries.Count} keys, not {expected}";
                return expected.EnumerateObject()
                    .Select(p => table.Find(p.Name) is { } entry ? Difference(entry.Value, p.Value) : $"no {p.Name}")
                    .FirstOrDefault(d => d is not null);
            case TomlArray array when expected.ValueKind == JsonValueKind.Array:
                if (array.Items.Count != expected.GetArrayLength())
                    return $"{array.Items.Count} items, not {expected}";
                return array.Items.Zip(expected.EnumerateArray(), Difference).FirstOrDefault(d => d is not null);
            case TomlTable or TomlArray:
                return $"{value.Kind}, not {expected}";
            default:
                return ScalarDifference(value, expected);
        }
    }

    private static string? ScalarDifference(TomlValue value, JsonElement expected)
    {
        string type = expected.GetProperty("type").GetString()!, text = expected.GetProperty("value").GetString()!;
        bool isSame = value switch
        {
            TomlString s => type == "string" && s.Value == text,
            TomlInteger i => type == "integer" && i.Value == long.Parse(text, CultureInfo.InvariantCulture),
            TomlFloat f => type == "float" && f.Value.Equals(Float(text)),
            TomlBoolean b => type == "bool" && (b.Value ? "true" : "false") == text,
            TomlDateTime d => Show(d) == (type, Normalized(text)),
            _ => false,
        };
        return isSame ? null : $"{value.Kind} at {value.Position}, not {expected}";
    }

    private static double Float(string text) => text switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" or "+nan" or "-nan" => double.NaN,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static (string Type, string Text) Show(TomlDateTime value)
    {
        const string Date = "yyyy-MM-dd", Time = "HH:mm:ss.FFFFFFF";
        string Format(string format) => value.Value.ToString(format, CultureInfo.InvariantCulture);
        return value.Form switch
        {
            TomlDateTimeForm.LocalDate => ("date-local", Format(Date)),
            TomlDateTimeForm.LocalTime => ("time-local", Format(Time)),
            TomlDateTimeForm.LocalDateTime => ("datetime-local", Format($"{Date}'T'{Time}")),
            _ => ("datetime", Format($"{Date}'T'{Time}") + Show(value.Offset)),
        };
    }

    private static string Show(TimeSpan offset) => offset == TimeSpan.Zero
        ? "Z"
        : (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);

    // Without the zeros at the end of a fraction: 17:45:56.600Z is 17:45:56.6Z.
    private static string Normalized(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
            return text;
        int digits = text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9');
        int end = digits < 0 ? text.Length : point + 1 + digits;
        return text[..end].TrimEnd('0').TrimEnd('.') + text[end..];
    }
}
