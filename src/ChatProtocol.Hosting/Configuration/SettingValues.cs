using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Hosting;

/// <summary>Reads the values of settings; what is wrong is told with what was expected.</summary>
internal static class SettingValues
{
    private const string Infinite = "infinite";

    public static string Name(string value) =>
        Names.Validate(value) is { } fault ? throw new FormatException($"'{value}' cannot be a name: {fault}") : value;

    public static ReadOnlyMemory<byte> Token(string value)
    {
        try
        {
            return Secrets.OfCode(value);
        }
        catch (ArgumentException)
        {
            throw new FormatException($"that cannot be a token: expected {Secrets.TokenPrefix} and what follows it, as it was shown when it was made");
        }
    }

    /// <summary>The secret in the file, which is made by the first run.</summary>
    public static GuestSecret GuestSecret(string file)
    {
        try
        {
            // Where services are made nothing can be awaited. It is done at once, unless another first run has the file for a moment.
            var secret = ChatProtocol.Client.GuestSecret.LoadOrCreateAsync(file).GetAwaiter().GetResult();
            return secret.Persistent ? secret : throw new FormatException(secret.Warning);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FormatException($"the secret cannot be read: {e.Message}");
        }
    }

    public static CertificatePin Pin(string value) =>
        CertificatePin.TryParse(value, out var pin) ? pin : throw new FormatException($"'{value}' is not a pin: expected SHA256: and 43 characters, as chatctl status shows it");

    public static bool Switch(string value) =>
        bool.TryParse(value, out var isOn) ? isOn : throw new FormatException($"'{value}' is not a switch: expected true or false");

    public static int Bytes(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0
            ? bytes
            : throw new FormatException($"'{value}' is not a number of bytes: expected 1 to {int.MaxValue}");

    public static TimeSpan Time(string value) =>
        TryTime(value, out var time) && time > TimeSpan.Zero ? time : throw new FormatException($"'{value}' is not a time: expected hh:mm:ss, more than 00:00:00");

    public static TimeSpan TimeOrInfinite(string value) =>
        value.Equals(Infinite, StringComparison.OrdinalIgnoreCase) ? Timeout.InfiniteTimeSpan
            : TryTime(value, out var time) && time >= TimeSpan.Zero ? time
            : throw new FormatException($"'{value}' is not a time: expected hh:mm:ss or {Infinite}");

    /// <summary>A number alone would be taken for days.</summary>
    private static bool TryTime(string value, out TimeSpan time)
    {
        time = default;
        return value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out time);
    }
}
