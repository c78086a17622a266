using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Numbers of things in words.</summary>
internal static class Counts
{
    /// <summary>A number with its noun, which takes an s behind any number but one.</summary>
    public static string Of(ulong number, string noun) =>
        number == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {noun}s");
}
