using System.Text;

namespace ChatProtocol;

/// <summary>
/// The text of a message: immutable, valid UTF-8, kept as the bytes of the wire so that a server never decodes it.
/// The default value is the empty text.
/// </summary>
public readonly struct Text : IEquatable<Text>
{
    private readonly ReadOnlyMemory<byte> _utf8;

    private Text(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    /// <summary>Encodes a string.</summary>
    /// <exception cref="ArgumentException">The string holds half a surrogate pair.</exception>
    public Text(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _utf8 = Strict.GetBytes(value);
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes. Never write to their memory.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>The length in bytes of UTF-8, which is what the limit counts.</summary>
    public int Length => _utf8.Length;

    /// <summary>Wraps bytes without copying; the caller must not change them afterwards. False if they are not valid UTF-8.</summary>
    public static bool TryFromUtf8(ReadOnlyMemory<byte> utf8, out Text text)
    {
        var valid = System.Text.Unicode.Utf8.IsValid(utf8.Span);
        text = valid ? new Text(utf8) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_utf8.Span);

    /// <inheritdoc/>
    public bool Equals(Text other) => _utf8.Span.SequenceEqual(other._utf8.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Text other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>Whether both hold the same bytes.</summary>
    public static bool operator ==(Text left, Text right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(Text left, Text right) => !left.Equals(right);

    /// <summary>Encodes a string, as the constructor does.</summary>
    public static implicit operator Text(string value) => new(value);
}
