using System.Globalization;
using Cgmemd.Core.Configuration;

namespace Cgmemd.Core.Toml;

/// <summary>Integers and floats.</summary>
public sealed partial class TomlReader
{
    // integer = dec-int / hex-int / oct-int / bin-int: 64 bits, signed; a sign only before a decimal.
    private static TomlInteger? ParseInteger(SourcePosition position, ReadOnlySpan<char> word)
    {
        int radix = word switch
        {
            ['0', 'x', ..] => 16,
            ['0', 'o', ..] => 8,
            ['0', 'b', ..] => 2,
            _ => 10,
        };
        bool isNegative = word[0] == '-';
        ReadOnlySpan<char> digits = radix != 10 ? word[2..] : word[0] is '+' or '-' ? word[1..] : word;
        if (!IsDigits(digits, radix) || (radix == 10 && digits is ['0', _, ..]))
            return null;
        Int128 value = 0;
        foreach (char c in digits)
        {
            if (c == '_')
                continue;
            value = value * radix + (char.IsAsciiDigit(c) ? c - '0' : (c | ' ') - 'a' + 10);
            if (value > (Int128)long.MaxValue + (isNegative ? 1 : 0))
                return null;
        }

        return new TomlInteger(position, (long)(isNegative ? -value : value));
    }

    // Digits of a radix, an underscore only between two of them.
    private static bool IsDigits(ReadOnlySpan<char> text, int radix)
    {
        bool isUnderscoreAllowed = false;
        foreach (char c in text)
        {
            bool isDigit = radix switch
            {
                16 => char.IsAsciiHexDigit(c),
                _ => c >= '0' && c < '0' + radix,
            };
            if (!isDigit && !(c == '_' && isUnderscoreAllowed))
                return false;
            isUnderscoreAllowed = isDigit;
        }

        return isUnderscoreAllowed;
    }

    // float = float-int-part ( exp / frac [ exp ] ) / [ minus / plus ] ( inf / nan )
    private static TomlFloat? ParseFloat(SourcePosition position, ReadOnlySpan<char> word)
    {
        bool isNegative = word[0] == '-';
        ReadOnlySpan<char> rest = word[0] is '+' or '-' ? word[1..] : word;
        if (rest is "inf")
            return new TomlFloat(position, isNegative ? double.NegativeInfinity : double.PositiveInfinity);
        if (rest is "nan")
            return new TomlFloat(position, double.NaN);

        int exponent = rest.IndexOfAny('e', 'E');
        ReadOnlySpan<char> mantissa = exponent < 0 ? rest : rest[..exponent];
        int point = mantissa.IndexOf('.');
        if (point < 0 && exponent < 0)
            return null;
        ReadOnlySpan<char> whole = point < 0 ? mantissa : mantissa[..point];
        if (!IsDigits(whole, 10) || whole is ['0', _, ..] || (point >= 0 && !IsDigits(mantissa[(point + 1)..], 10)))
            return null;
        if (exponent >= 0)
        {
            ReadOnlySpan<char> power = rest[(exponent + 1)..];
            if (!IsDigits(power is ['+' or '-', ..] ? power[1..] : power, 10))
                return null;
        }

        string plain = word.ToString().Replace("_", "", StringComparison.Ordinal);
        return new TomlFloat(position, double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture));
    }
}
