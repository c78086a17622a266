using System.Text;

namespace ChatProtocol;

/// <summary>The forms of passwords, tokens and the codes of invitations (<c>spec/15-accounts.md</c>).</summary>
public static class Secrets
{
    /// <summary>The least bytes of a new password.</summary>
    public const int MinPassword = 8;

    /// <summary>The most bytes of a password.</summary>
    public const int MaxPassword = 1024;

    /// <summary>The most bytes of a token or of an invitation's code.</summary>
    public const int MaxCode = 64;

    /// <summary>The beginning of every token.</summary>
    public const string TokenPrefix = "chat_t_";

    /// <summary>The beginning of every invitation's code.</summary>
    public const string InvitationPrefix = "chat_i_";

    /// <summary>The bytes of a password as it is sent: NFC in UTF-8, so that it does not matter how a keyboard makes its letters.</summary>
    /// <exception cref="ArgumentException">It is empty, or longer than <see cref="MaxPassword"/> bytes.</exception>
    public static ReadOnlyMemory<byte> OfPassword(string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(password);
        // Before it is normalised, which takes time.
        if (password.Length > MaxPassword)
            throw TooLong();
        var bytes = Encoding.UTF8.GetBytes(Normalization.Nfc(password));
        return bytes.Length <= MaxPassword ? bytes : throw TooLong();
    }

    /// <summary>The bytes of a token or of an invitation's code as it is sent, without white space around it.</summary>
    /// <exception cref="ArgumentException">It is empty, longer than <see cref="MaxCode"/> bytes, or not ASCII.</exception>
    public static ReadOnlyMemory<byte> OfCode(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        code = code.Trim();
        return code.Length is > 0 and <= MaxCode && Ascii.IsValid(code)
            ? Encoding.ASCII.GetBytes(code)
            : throw new ArgumentException($"a token or an invitation is 1 to {MaxCode} letters, digits and _, and begins with {TokenPrefix} or {InvitationPrefix}", nameof(code));
    }

    private static ArgumentException TooLong() => new($"a password has at most {MaxPassword} bytes");
}
