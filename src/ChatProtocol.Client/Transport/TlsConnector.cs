using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ChatProtocol.Client;

/// <summary>The client's side of the TLS handshake: who the server is gets checked before anything is sent (CP-TLS-006).</summary>
internal static class TlsConnector
{
    private static readonly List<SslApplicationProtocol> Protocols = [new("chat/1")];

    /// <summary>The encrypted stream over a connection.</summary>
    /// <param name="plain">The connection; closed with the stream, and if this fails.</param>
    /// <param name="options">The server's address, and its pin.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="ChatException">The server is not trusted, or does not speak TLS.</exception>
    public static async Task<Stream> OpenAsync(Stream plain, ChatClientOptions options, CancellationToken stop)
    {
        var check = new Check(options);
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = options.Address.Host,
                ApplicationProtocols = Protocols,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                // Lists of revoked certificates and missing ones are on other servers, which may be slow or watched.
                CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
                RemoteCertificateValidationCallback = check.Accepts,
            }, stop).ConfigureAwait(false);
            return secure;
        }
        catch (Exception e)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            if (e is AuthenticationException && check.Refusal is { } refusal)
                throw refusal;
            if (e is AuthenticationException or IOException)
                throw new ChatException(ChatFailure.NotAChatServer, $"no TLS could be agreed on with {options.Address}: it may be a port in the clear, which a chat:// address is for", e);
            throw;
        }
    }

    /// <summary>Decides on a server's certificate.</summary>
    private sealed class Check(ChatClientOptions options)
    {
        /// <summary>The reason why it was refused; null if it was not.</summary>
        public ChatException? Refusal { get; private set; }

        public bool Accepts(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
        {
            if (shown is not X509Certificate2 certificate)
                return false;
            if (options.Pin is { } pin ? CertificatePin.Of(certificate) == pin : errors == SslPolicyErrors.None)
                return true;
            var seen = ServerCertificate.Of(certificate);
            Refusal = ChatException.Untrusted(
                options.Pin is { } wanted
                    ? $"the server at {options.Address} has the key {seen.Pin}, and not {wanted}, which it has to have"
                    : $"the certificate of the server at {options.Address}, whose key is {seen.Pin}, is not trusted: {Describe(errors, chain)}", seen);
            return false;
        }

        private string Describe(SslPolicyErrors errors, X509Chain? chain) =>
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"it is not for {options.Address.Host}"
            : chain?.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid) == true ? "it has expired, or does not hold yet"
            : "no authority that this machine trusts vouches for it";
    }
}
