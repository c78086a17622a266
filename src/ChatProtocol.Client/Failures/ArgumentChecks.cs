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

    /// <summary>The refusal of a room's address; null if it is valid.</summary>
    public static ChatException? ValidateAddress(RoomAddress address) => address.Kind != RoomKind.ByInvitation ? ValidateName(address.Name)
        : RoomAddress.TryParseId(address.Name, out _) ? null
        : ChatException.Refused(ErrorCode.NoSuchRoom, $"there is no room {address}: no id is so large");

    /// <summary>The refusal of a text; null if it is valid.</summary>
    public static ChatException? ValidateText(Text text, int limit) =>
        text.Length == 0 ? ChatException.Refused(ErrorCode.TextEmpty, "there is nothing to say: the text is empty")
            : text.Length > limit ? ChatException.Refused(
                ErrorCode.TextTooLong, $"the text has {text.Length} bytes and the server takes at most {limit}", (ulong)limit)
            : null;

    /// <summary>The refusal of a reaction; null if it is valid.</summary>
    public static ChatException? ValidateReaction(string reaction)
    {
        ArgumentNullException.ThrowIfNull(reaction);
        return reaction.Length > 0 && Encoding.UTF8.GetByteCount(reaction) <= React.MaxReaction && !reaction.Any(one => char.IsControl(one) || char.IsWhiteSpace(one)) ? null
            : ChatException.Refused(ErrorCode.InvalidValue, $"a reaction is an emoji or a word, without blanks, of 1 to {React.MaxReaction} bytes");
    }

    /// <summary>The refusal of a new password; null if it is valid.</summary>
    /// <param name="password">The password as it was typed.</param>
    /// <param name="bytes">The password as it is sent.</param>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    public static ChatException? ValidateNewPassword(string password, out ReadOnlyMemory<byte> bytes)
    {
        bytes = Secrets.OfPassword(password);
        return ValidateNewPassword(bytes);
    }

    /// <summary>The refusal of a new password; null if it is valid.</summary>
    public static ChatException? ValidateNewPassword(ReadOnlyMemory<byte> password) => password.Length < Secrets.MinPassword
        ? ChatException.Refused(ErrorCode.InvalidValue, $"a password has at least {Secrets.MinPassword} bytes", Secrets.MinPassword)
        : null;

    /// <summary>The refusal of a secret on a connection that others could read (CP-ACC-006).</summary>
    public static ChatException NeedsTls(string address) => ChatException.Refused(
        ErrorCode.NeedsTls, $"passwords, tokens and invitations are not sent to {address}, as anybody on the way could read them: connect to the server's chats:// address");

    /// <summary>Milliseconds of a span that a request names; null stays null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than a millisecond.</exception>
    public static ulong? Milliseconds(TimeSpan? span, [CallerArgumentExpression(nameof(span))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span ?? TimeSpan.MaxValue, TimeSpan.FromMilliseconds(1), name);
        return (ulong?)span?.TotalMilliseconds;
    }

    /// <exception cref="ArgumentException">The label is too long.</exception>
    public static void CheckLabel(string label, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (Encoding.UTF8.GetByteCount(label) > maxBytes)
            throw new ArgumentException($"A label has at most {maxBytes} bytes of UTF-8.", nameof(label));
    }

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
