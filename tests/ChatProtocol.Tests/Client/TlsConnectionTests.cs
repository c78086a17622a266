using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class TlsConnectionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_client_over_tls_posts_and_resumes_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        var server = await TestServer.StartAsync(o => o with { Listen = ["tls://127.0.0.1:0"] }, folder);
        var (endpoint, pin) = (server.Tls, server.Certificate);
        await using var client = await ChatClient.ConnectAsync(OptionsFor(endpoint, pin), Stop);
        var room = await client.JoinAsync("tea", cancellationToken: Stop);
        Assert.Equal(1UL, (await room.PostAsync("before", Stop)).Seq);

        await server.DisposeAsync();
        await using var again = await TestServer.StartAsync(o => o with { Listen = [$"tls://{endpoint}"] }, folder);

        Assert.Equal(2UL, (await room.PostAsync("behind", Stop)).Seq);
    }

    [Spec("CP-TLS-006")]
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_sent_to_a_server_that_is_not_trusted(bool hasPin)
    {
        using var certificate = new TestCertificate("localhost");
        using var other = new TestCertificate("localhost");
        using var folder = new TemporaryFolder();
        certificate.Write(folder.File("c.pem"), folder.File("k.pem"));
        using var listening = new TcpListener(IPAddress.Loopback, 0);
        listening.Start();
        var connecting = ChatClient.ConnectAsync(OptionsFor((IPEndPoint)listening.LocalEndpoint, hasPin ? other.Pin : null), Stop);
        using var socket = await listening.AcceptSocketAsync(Stop);
        await using var secure = new SslStream(new NetworkStream(socket));
        using var own = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(folder.File("c.pem"), folder.File("k.pem"));
        var serving = ServeAsync();

        var refused = await Assert.ThrowsAsync<ChatException>(() => connecting);
        Assert.Equal((ChatFailure.UntrustedServer, certificate.Pin, false, Outcome.NotSent), (refused.Failure, refused.Certificate!.Pin, refused.MayRetry, refused.Outcome));
        Assert.Equal(0, await serving);

        // The bytes that came inside.
        async Task<int> ServeAsync()
        {
            try
            {
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = own, ApplicationProtocols = [new("chat/1")] }, Stop);
                return await secure.ReadAsync(new byte[100], Stop);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                return 0;
            }
        }
    }

    private static ChatClientOptions OptionsFor(IPEndPoint server, CertificatePin? pin) => new()
    {
        Address = ChatAddress.Parse($"chats://{server}"),
        Name = "ann",
        Secret = new byte[32],
        Pin = pin,
    };
}
