using System.Runtime.CompilerServices;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>
/// Arguments that the server could only refuse are refused here: one that is too long might make it close the connection.
/// </summary>
internal static class ArgumentChecks
{
    /// <summary>The refusal of a name; null if it is valid.</summary>
    public static ChatException? ValidateName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.Validate(name) is { } fault ? ChatException.Refused(ErrorCode.BadName, $"'{name}' cannot be a name: {fault}") : null;
    }

    /// <summary>The refusal of a text; null if it is valid.</summary>
    public static ChatException? ValidateText(Text text, int limit) =>
        text.Length == 0 ? ChatException.Refused(ErrorCode.TextEmpty, "there is nothing to say: the text is empty")
            : text.Length > limit ? ChatException.Refused(
                ErrorCode.TextTooLong, $"the text has {text.Length} bytes and the server takes at most {limit}", (ulong)limit)
            : null;

    /// <exception cref="ArgumentOutOfRangeException">No number of the protocol is so large (CP-ENC-004).</exception>
    public static void CheckNumber(ulong? number, [CallerArgumentExpression(nameof(number))] string? name = null) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number ?? 0, Limits.MaxInteger, name);

    /// <exception cref="ArgumentException">The reason is too long.</exception>
    public static void CheckReason(string reason, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (Encoding.UTF8.GetByteCount(reason) > maxBytes)
            throw new ArgumentException($"This reason has at most {maxBytes} bytes of UTF-8.", nameof(reason));
    }
}
