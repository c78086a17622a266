using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChatProtocol.Tests;

/// <summary>A certificate in two PEM files, as an operator has one.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    /// <param name="host">The name that it is for.</param>
    /// <param name="authority">The authority that signs it; itself if null.</param>
    /// <param name="end">When it ends; in a year if null.</param>
    public TestCertificate(string host, TestCertificate? authority = null, DateTimeOffset? end = null)
    {
        var request = new CertificateRequest($"CN={host}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: authority is null, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var until = end ?? DateTimeOffset.UtcNow.AddYears(1);
        var from = until.AddYears(-2);
        if (authority is null)
        {
            _certificate = request.CreateSelfSigned(from, until);
            return;
        }
        using var signed = request.Create(authority._certificate, authority._certificate.NotBefore, authority._certificate.NotAfter, RandomNumberGenerator.GetBytes(8));
        _certificate = signed.CopyWithPrivateKey(_key);
    }

    public CertificatePin Pin => CertificatePin.Of(_certificate);

    public void Write(string certificate, string key)
    {
        File.WriteAllText(certificate, _certificate.ExportCertificatePem());
        File.WriteAllText(key, _key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
