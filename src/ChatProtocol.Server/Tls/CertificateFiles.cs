using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChatProtocol.Server;

/// <summary>
/// The PEM files of the server's certificate, with the chain to its root where there is one, and of its key: the operator's, or those
/// that the server makes in its data folder at the first start.
/// </summary>
/// <param name="Certificate">The path of the certificate.</param>
/// <param name="Key">The path of the key.</param>
internal sealed record CertificateFiles(string Certificate, string Key)
{
    /// <summary>Clients pin the key and do not ask for dates, so the certificate need not be renewed.</summary>
    private const int Years = 10;

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The files in a data folder, made now if there are none.</summary>
    /// <exception cref="ServerException">One of the two is missing, or they cannot be written.</exception>
    public static CertificateFiles Own(string folder, DateTimeOffset now)
    {
        var files = new CertificateFiles(Path.Combine(folder, "tls-certificate.pem"), Path.Combine(folder, "tls-key.pem"));
        var (hasCertificate, hasKey) = (File.Exists(files.Certificate), File.Exists(files.Key));
        if (hasCertificate != hasKey)
            throw new ServerException($"{(hasKey ? files.Certificate : files.Key)} is missing, while {(hasKey ? files.Key : files.Certificate)} is there: put it back, or remove both for a new certificate, which clients that know the old one will refuse");
        if (!hasCertificate)
            files.Make(now);
        return files;
    }

    /// <summary>Reads the certificate, its chain, and the key.</summary>
    /// <exception cref="ServerException">The files cannot be used; the message says which, and why.</exception>
    public LoadedCertificate Load()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(Certificate);
            if (chain.Count == 0)
                throw new ServerException($"there is no certificate in {Certificate}: it has to be PEM, with -----BEGIN CERTIFICATE-----");
            var own = X509Certificate2.CreateFromPemFile(Certificate, Key);
            chain[0].Dispose();
            chain.RemoveAt(0);
            return new LoadedCertificate(own, SslStreamCertificateContext.Create(own, chain, offline: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the certificate {Certificate} with the key {Key} cannot be read: {FailureReason.Of(e)}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ServerException($"the certificate {Certificate} and the key {Key} cannot be used together: {e.Message}", e);
        }
    }

    /// <summary>A stamp that changes when either file is replaced, also behind a symbolic link.</summary>
    public (DateTime, long, DateTime, long) Stamp()
    {
        var (certificate, key) = (Target(Certificate), Target(Key));
        return (certificate.LastWriteTimeUtc, certificate.Exists ? certificate.Length : -1, key.LastWriteTimeUtc, key.Exists ? key.Length : -1);
    }

    private static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    private void Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=chatd", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(NamesOfThisMachine());
        // A day of difference between two clocks.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        try
        {
            // The key first: with it alone the next start would say what is missing.
            Write(Key, key.ExportPkcs8PrivateKeyPem());
            Write(Certificate, certificate.ExportCertificatePem());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the server's certificate cannot be written to {Path.GetDirectoryName(Certificate)}: {FailureReason.Of(e)}", e);
        }
    }

    private static void Write(string path, string pem)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new StreamWriter(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnersFile }))
            file.Write(pem + "\n");
        File.Move(draft, path, overwrite: true);
    }

    private static X509Extension NamesOfThisMachine()
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "localhost", Environment.MachineName })
            if (Uri.CheckHostName(name) == UriHostNameType.Dns)
                names.AddDnsName(name);
        foreach (var address in AddressesOfThisMachine().Distinct())
            names.AddIpAddress(address);
        return names.Build();
    }

    private static IEnumerable<IPAddress> AddressesOfThisMachine()
    {
        yield return IPAddress.Loopback;
        yield return IPAddress.IPv6Loopback;
        foreach (var address in NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses))
            if (!address.Address.IsIPv6LinkLocal)
                yield return address.Address;
    }
}

/// <summary>A certificate with its key.</summary>
/// <param name="Own">The certificate.</param>
/// <param name="Context">
/// The certificate with those between it and its root, for all handshakes; made without asking the network for certificates that are missing.
/// </param>
internal sealed record LoadedCertificate(X509Certificate2 Own, SslStreamCertificateContext Context)
{
    public CertificatePin Pin { get; } = CertificatePin.Of(Own);

    public string LastDay { get; } = Own.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public bool IsExpiredAt(DateTimeOffset time) => time > Own.NotAfter;
}
