using System.Security.Cryptography.X509Certificates;

namespace ChatProtocol.Client;

/// <summary>A certificate as a server has shown it. Immutable.</summary>
public sealed record ServerCertificate
{
    /// <summary>The identity of its key, by which it can be pinned (<see cref="ChatClientOptions.Pin"/>).</summary>
    public CertificatePin Pin { get; init; }

    /// <summary>The subject, such as <c>CN=chat.example</c>; the server's word, and for people only.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The time from which it holds.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>The time until which it holds.</summary>
    public DateTimeOffset NotAfter { get; init; }

    internal static ServerCertificate Of(X509Certificate2 certificate) => new()
    {
        Pin = CertificatePin.Of(certificate),
        Subject = certificate.Subject,
        NotBefore = certificate.NotBefore,
        NotAfter = certificate.NotAfter,
    };
}
