using System.Text;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What is erased is in no file.</summary>
public sealed class ErasureTests
{
    private const string Secret = "the password is swordfish";

    [Spec("CP-ADM-012", "CP-MSG-009")]
    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(2000)]
    public async Task Behind_the_answer_the_text_is_in_no_file_and_all_else_is_there(int repeat)
    {
        using var folder = new TemporaryFolder();
        var secret = string.Join(' ', Enumerable.Repeat(Secret, repeat));
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann", publisher: new byte[16]);
            var room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
            await ann.SendAsync(Enumerable.Range(1, 300).Select(i => ann.PostOf(room, i == 150 ? secret : $"text {i}", (ulong)i)));
            await ann.ReceiveAsync<Posted>(300);
            var tail = await server.LogInAsync("tail");
            await tail.JoinAsync("tea", after: 0);
            await tail.ReceiveAsync<Message>(300);
            Assert.True(Holds(folder));

            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, 150));
            Assert.False(Holds(folder));

            Assert.Equal(150ul, (await tail.ReceiveAsync<Erased>()).Seq);
            var page = await tail.AskAsync<Page>(new History(tail.NextId(), room, 5, null, 147));
            Assert.Equal(["text 148", "text 149", "", "text 151", "text 152"], (await tail.ReceiveAsync<Message>(page.Count)).Select(m => m.Text.ToString()));
            Assert.Equal(0ul, (await admin.AskAsync<Verified>(new Verify(admin.NextId()))).Damaged);
            Assert.Equal(150ul, (await ann.AskAsync<Posted>(ann.PostOf(room, secret, 150))).Seq);
        }

        Assert.False(Holds(folder));
        await using var again = await TestServer.StartAsync(folder: folder);
        var bob = await again.LogInAsync("bob");
        await bob.JoinAsync("tea", after: 0);
        Assert.Equal(Enumerable.Range(1, 300).Select(i => i == 150 ? "" : $"text {i}"), (await bob.ReceiveAsync<Message>(300)).Select(m => m.Text.ToString()));
    }

    [Spec("CP-ADM-012")]
    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_kill_brings_nothing_back(bool awaitsAnswer)
    {
        using var folder = new TemporaryFolder();
        ulong room;
        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
            room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
            await ann.AskAsync<Posted>(ann.PostOf(room, Secret));
            await using var admin = await AdminAsync(folder);
            var erase = new Erase(admin.NextId(), room, 1);
            if (awaitsAnswer)
                await admin.AskAsync<Ok>(erase);
            else
                await admin.SendAsync([erase]);
            chatd.Kill();
        }
        if (awaitsAnswer)
            Assert.False(Holds(folder));

        await using var again = await StartAsync(folder);
        if (!awaitsAnswer)
        {
            await using var admin = await AdminAsync(folder);
            await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, 1));
        }
        Assert.False(Holds(folder));
        await using var bob = await (await RawClient.ConnectAsync(again.Tcp)).LogInAsync("bob");
        await bob.JoinAsync("tea", after: 0);
        Assert.Equal((1ul, ""), await bob.ReceiveAsync<Message>() is var m ? (m.Seq, m.Text.ToString()) : default);
    }

    [Spec("CP-MSG-010")]
    [Fact(Timeout = 60_000)]
    public async Task Erasing_goes_on_while_others_post_and_read_and_nobody_gets_a_text_behind_the_news()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder: folder);
        var ann = await server.LogInAsync("ann");
        var room = (await ann.JoinAsync("tea")).Room;
        var admin = await server.AdminAsync();
        for (var round = 0; round < 10; round++)
        {
            await ann.SendAsync(Enumerable.Range(0, 50).Select(i => ann.PostOf(room, i == 7 ? Secret : new string('x', 20_000))));
            var posted = new List<Posted>();
            while (posted.Count < 50)
                posted.Add(await ann.UntilAsync<Posted>());
            var reader = await server.LogInAsync($"reader-{round}");
            await reader.JoinAsync("tea", after: 0);
            await ann.SendAsync(Enumerable.Range(0, 50).Select(_ => ann.PostOf(room, "on")));
            await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, posted[7].Seq!.Value));
            Assert.False(Holds(folder));
            await ann.UntilAsync<Posted>(p => p.Seq == posted[^1].Seq + 50);
            await ReadAsync(reader, posted[^1].Seq!.Value);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_plain_text_client_reads_that_something_was_erased()
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tcp://127.0.0.1:0", "legacy://127.0.0.1:0"] });
        var ann = await server.LogInAsync("ann");
        await ann.AskAsync<Posted>(ann.PostOf(1, Secret));
        var admin = await server.AdminAsync();
        await admin.AskAsync<Ok>(new Erase(admin.NextId(), 1, 1));

        await using var text = await TextClient.EnterAsync(System.Net.IPEndPoint.Parse(server.Endpoints.Single(e => e.StartsWith("legacy", StringComparison.Ordinal))["legacy://".Length..]), "%%%history\n");
        await text.UntilAsync("ann: [已删除]");
    }

    private static async Task ReadAsync(RawClient reader, ulong through)
    {
        var erased = new HashSet<ulong>();
        for (var seq = 0ul; seq < through;)
        {
            switch (await reader.ReceiveAsync())
            {
                case Message message:
                    seq = message.Seq;
                    Assert.False(erased.Contains(seq) && !message.IsErased);
                    break;
                case Erased news:
                    erased.Add(news.Seq);
                    break;
            }
        }
    }

    private static Task<ChatdProcess> StartAsync(TemporaryFolder folder) =>
        ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");

    private static async Task<RawClient> AdminAsync(TemporaryFolder folder) =>
        await (await RawClient.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(folder.File("admin.sock")))).LogInAsAdminAsync();

    private static bool Holds(TemporaryFolder folder) => Directory.GetFiles(folder.Path)
        .Where(file => !file.EndsWith(".sock", StringComparison.Ordinal) && !file.EndsWith("lock", StringComparison.Ordinal))
        .Any(file => SharedFile.Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0);
}
