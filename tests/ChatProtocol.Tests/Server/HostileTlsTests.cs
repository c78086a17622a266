using System.Net.Sockets;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Crowds at a port for TLS that begin and do not go on, and a certificate that changes under load.</summary>
public sealed class HostileTlsTests
{
    /// <summary>Handshakes that the server has under way at once.</summary>
    private const int Places = 256;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_thousand_handshakes_left_half_done_are_bounded_and_keep_out_nobody(bool isWholeHello)
    {
        const int Addresses = 125;
        const int Each = 8;
        await using var server = await TestServer.StartAsync(OverTls);
        var ann = await (await server.ConnectTlsAsync()).LogInAsync("ann");
        var hello = await TlsHello.MakeAsync();
        var flood = new List<Socket>();
        try
        {
            for (var i = 0; i < Addresses * Each; i++)
                flood.Add(await TlsHello.SayAsync(server.Tls, $"127.0.1.{1 + (i % Addresses)}", isWholeHello ? hello : hello.AsMemory(0, 5)));

            await Eventually.TrueAsync(() => flood.Count(TlsHello.IsHeld) <= Places, $"at most {Places} of them are held");
            // Somebody new gets a place and is done within the five seconds that a handshake has, or the server would close it.
            var bob = await (await server.ConnectTlsAsync(from: "127.0.2.1")).LogInAsync("bob");
            await ann.AskAsync<Pong>(new Ping(ann.NextId()));
            await bob.AskAsync<Pong>(new Ping(bob.NextId()));
            await Eventually.TrueAsync(() => !flood.Exists(TlsHello.IsHeld), "none of them is held for ever");
        }
        finally
        {
            flood.ForEach(socket => socket.Dispose());
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task One_address_holds_eight_handshakes()
    {
        await using var server = await TestServer.StartAsync(OverTls);
        var hello = await TlsHello.MakeAsync();
        var flood = new List<Socket>();
        for (var i = 0; i < 20; i++)
            flood.Add(await TlsHello.SayAsync(server.Tls, "127.0.1.1", hello));

        await Eventually.TrueAsync(() => flood.Count(TlsHello.IsHeld) <= 8, "at most eight are held");
        await (await server.ConnectTlsAsync()).LogInAsync("ann");
        flood.ForEach(socket => socket.Dispose());
    }

    [Spec("CP-TLS-004")]
    [Fact(Timeout = 60_000)]
    public async Task A_certificate_is_replaced_under_load_and_nobody_is_cut_off()
    {
        const int Members = 20;
        const int Changes = 12;
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder.File("c.pem"), folder.File("k.pem"));
        using (var first = new TestCertificate("localhost"))
            first.Write(certificate, key);
        await using var server = await TestServer.StartAsync(o => OverTls(o) with { TlsCertificate = certificate, TlsKey = key });
        server.Log.Expect("cannot be used together");
        var members = new List<RawClient>();
        for (var i = 0; i < Members; i++)
        {
            members.Add(await (await server.ConnectTlsAsync()).LogInAsync($"member-{i}"));
            await members[i].JoinAsync("tea");
        }
        var talker = await (await server.ConnectTlsAsync()).LogInAsync("talker");
        var room = (await talker.AskAsync<RoomInfo>(new Open(talker.NextId(), "tea", Create: true))).Room;
        using var end = new CancellationTokenSource();
        var talking = TalkAsync();

        var shown = server.Certificate;
        for (var change = 0; change < Changes; change++)
        {
            using var next = new TestCertificate("localhost");
            // Each third pair is a bad one, whose key is another's.
            var isBad = change % 3 == 2;
            next.Write(certificate, isBad ? folder.File("elsewhere.pem") : key);
            server.ReloadCertificate();
            shown = isBad ? shown : next.Pin;
            var newcomer = await (await server.ConnectTlsAsync()).LogInAsync($"newcomer-{change}");
            Assert.Equal(shown, newcomer.Pin);
        }
        await end.CancelAsync();
        var posts = await talking;

        Assert.True(posts > Changes, $"{posts} posts");
        foreach (var member in members)
            Assert.Equal(Enumerable.Range(1, posts).Select(i => (ulong)i), (await member.ReceiveAsync<Message>(posts)).Select(message => message.Seq));
        Assert.Equal(Changes / 3, server.Log.Count("cannot be used together"));

        async Task<int> TalkAsync()
        {
            var count = 0;
            for (; !end.IsCancellationRequested; count++)
                await talker.AskAsync<Posted>(talker.PostOf(room, new string('x', 1000)));
            return count;
        }
    }

    private static ServerOptions OverTls(ServerOptions options) => options with { Listen = ["tls://127.0.0.1:0"] };
}
