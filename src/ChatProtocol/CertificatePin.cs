using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChatProtocol;

/// <summary>
/// The identity of a TLS server: the SHA-256 of its certificate's public key (SubjectPublicKeyInfo), so that a renewed certificate
/// with the same key has the same pin (CP-TLS-005). Written <c>SHA256:</c> and 43 characters of base64, as ssh does. Compares by value.
/// </summary>
public readonly record struct CertificatePin
{
    private const string Prefix = "SHA256:";

    private readonly string? _text;

    private CertificatePin(string text) => _text = text;

    /// <summary>The pin of a certificate.</summary>
    public static CertificatePin Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return OfKey(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The pin of a key, a SubjectPublicKeyInfo in DER.</summary>
    internal static CertificatePin OfKey(ReadOnlySpan<byte> key) => new(Prefix + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('='));

    /// <summary>Reads a pin as <see cref="ToString"/> writes it; false if the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CertificatePin pin)
    {
        pin = default;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (text is null || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64String(text[Prefix.Length..].TrimEnd('=') + "=", hash, out var length) || length != hash.Length)
            return false;
        pin = new CertificatePin(Prefix + Convert.ToBase64String(hash).TrimEnd('='));
        return true;
    }

    /// <summary>The pin as people compare it: <c>SHA256:…</c>; empty for the default value, which is no certificate's.</summary>
    public override string ToString() => _text ?? "";
}
