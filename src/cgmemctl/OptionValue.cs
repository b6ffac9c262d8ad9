using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Cgmemd.Control;

/// <summary>
/// Readers of options' values whose errors speak to an operator, where the parser's name .NET's types.
/// </summary>
internal static class OptionValue
{
    /// <summary>One of an enumeration's words, in lower case.</summary>
    internal static Option<T> OfWords<T>(this Option<T> option)
        where T : struct, Enum
    {
        option.CustomParser = result =>
        {
            string value = result.Tokens[0].Value;
            string[] words = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
            int index = Array.IndexOf(words, value);
            if (index < 0)
                result.AddError($"{option.Name}: '{value}' is none of {string.Join(", ", words)}");
            return index < 0 ? default : Enum.GetValues<T>()[index];
        };
        return option;
    }

    /// <summary>A whole number from 0 up.</summary>
    internal static Option<T?> OfCount<T>(this Option<T?> option)
        where T : struct, IBinaryInteger<T>
    {
        option.CustomParser = result =>
        {
            string value = result.Tokens[0].Value;
            if (T.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out T count))
                return count;
            result.AddError($"{option.Name}: '{value}' is not a whole number from 0 up");
            return null;
        };
        return option;
    }
}
