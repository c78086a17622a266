using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Numbers of things in words.</summary>
internal static class Counts
{
    /// <summary>Bytes in the largest unit of which there is one.</summary>
    public static string Bytes(ulong bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d:0.0} KB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d / 1024d:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d / 1024d / 1024d:0.0} GB"),
    };

    /// <summary>A number with its noun, which takes an s behind any number but one.</summary>
    public static string Of(ulong number, string noun) =>
        number == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {noun}s");
}
