using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Parses numbers and sizes that users give.</summary>
internal static class Numbers
{
    /// <summary>The forms that <see cref="ParseSize"/> accepts, for help and error messages.</summary>
    public const string SizeForms = "a number of bytes, with K, M or G behind it or not";

    private static readonly (char Unit, ulong Bytes)[] Units = [('G', 1UL << 30), ('M', 1UL << 20), ('K', 1UL << 10)];

    /// <summary>Parses a whole number that the protocol can carry; null if the text is none.</summary>
    public static ulong? Parse(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Limits.MaxInteger ? number : null;

    /// <summary>Parses a number of bytes, optionally followed by K, M or G (powers of 1,024); null if the text is none.</summary>
    public static ulong? ParseSize(string text)
    {
        var (unit, bytes) = Array.Find(Units, unit => text.EndsWith(unit.Unit));
        return unit == default ? Parse(text) : Parse(text[..^1]) is { } number && number <= Limits.MaxInteger / bytes ? number * bytes : null;
    }
}
