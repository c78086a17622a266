using System.Globalization;
using System.Net;
using System.Text;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Plain text clients over real sockets, beside native ones.</summary>
public sealed class TextClientTests
{
    [Spec("CP-LEG-001", "CP-LEG-020")]
    [Fact(Timeout = 30_000)]
    public async Task What_it_says_reaches_native_members_and_the_other_way_round()
    {
        await using var server = await TestServer.StartAsync();
        var native = await server.LogInAsync("ann");
        var lobby = await native.JoinAsync("lobby");
        await using var text = await TextClient.EnterAsync(server.Tcp);

        await text.SendAsync("大家好");
        var message = await native.UntilAsync<Message>();
        Assert.Equal((text.Guest, "大家好"), (message.Name, message.Text.ToString()));

        await native.SendAsync(native.PostOf(lobby.Room, "你好 👋"));
        Assert.Equal("ann: 你好 [U+1F44B]", await text.UntilAsync("ann"));
    }

    [Spec("CP-LEG-002")]
    [Fact(Timeout = 30_000)]
    public async Task Whoever_is_silent_for_a_second_is_let_in_to_listen()
    {
        await using var server = await TestServer.StartAsync();
        await using var text = await TextClient.ConnectAsync(server.Tcp);

        Assert.Equal($"*** 欢迎，你的名字是 {text.Guest}。输入 %%%help 查看帮助", await text.ReadLineAsync());
        Assert.Equal($"*** 在线：{text.Guest}", await text.ReadLineAsync());
        await text.SendAsync("我来了");
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby", after: 0);
        Assert.Equal("我来了", (await ann.UntilAsync<Message>()).Text.ToString());
    }

    [Spec("CP-LEG-063")]
    [Fact(Timeout = 30_000)]
    public async Task A_silent_one_counts_for_nobody_else_before_it_speaks()
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        await ann.SendAsync(new Join(ann.NextId(), "lobby", PresenceMode.Full, null, null));
        var lobby = await ann.UntilAsync<RoomInfo>();
        Assert.Equal("ann", Assert.Single((await ann.UntilAsync<Presence>()).Arrived).Name);
        await using var browser = await TextClient.ConnectAsync(server.Tcp);
        await using var text = await TextClient.ConnectAsync(server.Tcp);
        await browser.UntilAsync("*** 在线");
        await text.UntilAsync("*** 在线");

        Assert.Equal("ann", Assert.Single((await ann.AskAsync<MemberList>(new Members(ann.NextId(), lobby.Room, 0))).Items).Name);
        await browser.DisposeAsync();
        await text.SendAsync("hello\n");

        var presence = await ann.UntilAsync<Presence>();
        Assert.Equal(text.Guest, Assert.Single(presence.Arrived).Name);
        Assert.Empty(presence.Left);
    }

    [Spec("CP-LEG-002", "CP-LEG-006")]
    [Theory(Timeout = 30_000)]
    [InlineData("\u0000\u0000\u0000\u0011")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("hello\u0001")]
    public async Task A_silent_one_whose_first_bytes_are_no_text_is_closed_and_nothing_is_posted(string bytes)
    {
        await using var server = await TestServer.StartAsync();
        await using var text = await TextClient.ConnectAsync(server.Tcp);
        await text.UntilAsync("*** 在线");

        await text.SendAsync(Encoding.Latin1.GetBytes(bytes));

        Assert.StartsWith("*** 连接被关闭：", Assert.Single(await text.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Equal(0ul, (await (await server.LogInAsync("ann")).JoinAsync("lobby")).Head);
    }

    [Fact(Timeout = 30_000)]
    public async Task Only_so_many_may_be_silent_and_whoever_speaks_makes_room()
    {
        await using var server = await TestServer.StartAsync(o => o with { Legacy = new LegacyOptions { MaxSilent = 1 } });
        await using var first = await TextClient.ConnectAsync(server.Tcp);
        await first.UntilAsync("*** 在线");
        await using var second = await TextClient.ConnectAsync(server.Tcp);
        Assert.Equal(["*** 服务器的连接已满，请稍后再来"], await second.ReadToEndAsync());

        await first.SendAsync("%%%who\n");
        await first.UntilAsync("*** 在线");
        await using var third = await TextClient.ConnectAsync(server.Tcp);
        await third.UntilAsync("*** 欢迎");
        await third.DisposeAsync();

        await Eventually.TrueAsync(async () =>
        {
            await using var next = await TextClient.ConnectAsync(server.Tcp);
            return (await next.ReadLineAsync())!.StartsWith("*** 欢迎", StringComparison.Ordinal);
        }, "a silent one that has gone has made room");
    }

    [Spec("CP-LEG-005")]
    [Fact(Timeout = 30_000)]
    public async Task A_message_ends_with_a_quiet_and_a_character_that_is_cut_waits_longer()
    {
        await using var server = await TestServer.StartAsync();
        await using var text = await TextClient.EnterAsync(server.Tcp);
        await using var other = await TextClient.EnterAsync(server.Tcp);
        var bytes = LegacyText.Encode("一二", LegacyCharset.Gbk).Bytes;

        // No end is ever sent: the first is whole in two reads, the second follows the quiet behind it.
        await text.SendAsync(bytes[..3]);
        await text.SendAsync(bytes[3..]);
        Assert.Equal($"{text.Guest}: 一二", await other.UntilAsync(text.Guest));
        await text.SendAsync("三");
        Assert.Equal($"{text.Guest}: 三", await other.UntilAsync(text.Guest));
        await text.SendAsync(new byte[] { 0xB0 });
        Assert.Equal($"{text.Guest}: [U+FFFD]", await other.UntilAsync(text.Guest));
    }

    [Spec("CP-LEG-010", "CP-LEG-016")]
    [Fact(Timeout = 30_000)]
    public async Task What_is_said_in_private_reaches_one_alone_in_either_order_and_by_any_address()
    {
        await using var server = await TestServer.StartAsync();
        await using var ann = await TextClient.EnterAsync(server.Tcp);
        await using var bob = await TextClient.EnterAsync(server.Tcp);
        await using var eve = await TextClient.EnterAsync(server.Tcp);
        await bob.SendAsync("%%%nick 小王\n");
        await bob.UntilAsync("*** 你现在的名字是 小王");
        var port = bob.Address.Port.ToString(CultureInfo.InvariantCulture);
        string[] privately =
        [
            "小王%%%by name", "the other way%%%小王", $"{bob.Address}%%%by address", $"{port}%%%by port", $"by port behind%%%{port}",
            $"('127.0.0.1', {port})%%%as Python has it",
        ];
        foreach (var message in privately)
            await ann.SendAsync(message + "\n");
        foreach (var text in new[] { "by name", "the other way", "by address", "by port", "by port behind", "as Python has it" })
            Assert.Equal($"[私聊] {ann.Guest}: {text}", await bob.UntilAsync("[私聊]"));
        await ann.SendAsync("for all\n");

        var seen = new List<string>();
        await eve.UntilAsync($"{ann.Guest}: for all", seen);
        Assert.DoesNotContain(seen, line => line.Contains("by ", StringComparison.Ordinal) || line.Contains("way", StringComparison.Ordinal));
    }

    [Spec("CP-LEG-013", "CP-LEG-014", "CP-LEG-015", "CP-LEG-017", "CP-LEG-018")]
    [Fact(Timeout = 30_000)]
    public async Task What_is_in_doubt_goes_to_nobody_and_its_sender_is_told()
    {
        await using var server = await TestServer.StartAsync(o => o with { Limits = Limits.Default with { Text = 1024 } });
        await using var ann = await TextClient.EnterAsync(server.Tcp);
        await using var bob = await TextClient.EnterAsync(server.Tcp);
        var cases = new (string Sent, string Told)[]
        {
            ("nobody%%%secret\n", "*** 没有发送：找不到这个人"),
            ($"{bob.Guest}%%%secret%%%{bob.Guest}\n", "*** 没有发送：一条消息里有两个以上的 %%%"),
            ($"{bob.Guest}%%%\n", "*** 没有发送：%%% 的两边都要有内容"),
            ($"{ann.Guest}%%%secret\n", "*** 没有发送：不能对自己私聊"),
            ($"{bob.Guest}%%%secret{new string('x', 1024)}\n", "*** 没有发送：消息太长"),
            ($"{bob.Guest}%%%{new string('密', 400)}\n", "*** 没有发送：消息太长，最多 1024 字节"),
            ($"{bob.Guest}%%%first\nsecret", "*** 没有发送：紧跟在私聊后面的内容可能也是私聊"),
            ($"{bob.Guest}%%%{new string('x', 2000)}\nsecret", "*** 没有发送：消息太长"),
        };
        foreach (var (sent, told) in cases)
        {
            await ann.SendAsync(sent);
            Assert.StartsWith(told, await ann.UntilAsync("*** 没有"), StringComparison.Ordinal);
        }
        await ann.UntilAsync("*** 没有发送：紧跟在私聊后面的内容可能也是私聊");
        await ann.SendAsync("for all\n");

        var seen = new List<string>();
        await bob.UntilAsync($"{ann.Guest}: for all", seen);
        Assert.Equal([$"[私聊] {ann.Guest}: first"], seen.Where(line => !line.StartsWith("***", StringComparison.Ordinal)));
    }

    [Spec("CP-LEG-060", "CP-LEG-061", "CP-LEG-018")]
    [Fact(Timeout = 30_000)]
    public async Task Signs_that_may_be_meant_for_the_separator_keep_a_message_from_everybody()
    {
        await using var server = await TestServer.StartAsync();
        var away = await server.LogInAsync("away");
        await away.AskAsync<Ok>(new Quit(away.NextId()));
        await using var ann = await TextClient.EnterAsync(server.Tcp);
        await using var bob = await TextClient.EnterAsync(server.Tcp);
        var (name, port) = (bob.Guest, bob.Address.Port);
        string[] doubtful =
        [
            $"{name}％％％secret", $"{name}﹪﹪﹪secret", $"{name}%%％secret", $"{name}%% %secret", $"{name}%\t%\u3000%secret", $"{name}％％％％％secret",
            "nobody％％％secret", "％％％who", $"{name}％％％secret%%%{name}",
            $"{name}%%secret", $"{name} % % secret", $"secret％％{name}", $"{port}%%secret", $"('127.0.0.1', {port})％%secret", $"x%%{name}%%secret",
            $"{name}%secret", $"{name} ％ secret", "away%%secret", "server%%secret",
        ];
        foreach (var message in doubtful)
        {
            await ann.SendAsync(message + "\n");
            Assert.StartsWith("*** 没有发送：", await ann.UntilAsync("*** 没有"), StringComparison.Ordinal);
        }
        string[] ordinary = ["100%% sure", "50% of them", "50％ 60％", "%%who", "100%", "nobody% here", "rain: 30%, sun: 70%"];
        foreach (var message in ordinary)
            await ann.SendAsync(message + "\n");

        var seen = new List<string>();
        await bob.UntilAsync($"{ann.Guest}: {ordinary[^1]}", seen);
        Assert.Equal(ordinary[..^1].Select(said => $"{ann.Guest}: {said}"), seen.Where(line => !line.StartsWith("***", StringComparison.Ordinal)));
    }

    [Spec("CP-LEG-023")]
    [Fact(Timeout = 30_000)]
    public async Task Who_comes_goes_and_is_renamed_is_told()
    {
        await using var server = await TestServer.StartAsync();
        await using var text = await TextClient.EnterAsync(server.Tcp);
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");
        Assert.Equal("*** ann 进入了聊天室", await text.ReadLineAsync());
        await ann.AskAsync<LoggedIn>(new Nick(ann.NextId(), "anna"));
        Assert.Equal("*** ann 改名为 anna", await text.ReadLineAsync());
        await ann.DisposeAsync();
        Assert.Equal("*** anna 离开了聊天室", await text.ReadLineAsync());
    }

    [Spec("CP-LEG-041")]
    [Fact(Timeout = 30_000)]
    public async Task Every_command_is_answered_to_its_sender_alone()
    {
        await using var server = await TestServer.StartAsync();
        await using var bob = await TextClient.EnterAsync(server.Tcp);
        await using var ann = await TextClient.EnterAsync(server.Tcp, "one\n");
        await bob.UntilAsync($"*** {ann.Guest} 进入了聊天室");
        await AnsweredAsync("%%%help", "*** 直接输入：对所有人说", "*** 名字%%%内容", "*** %%%nick", "*** %%%who", "*** %%%rooms", "*** %%%history", "*** %%%block", "*** %%%quit");
        await AnsweredAsync("%%%WHO ", $"*** 在线：{bob.Guest}, {ann.Guest}");
        await AnsweredAsync("%%%rooms", "*** lobby：2 人在线，1 条消息");
        await AnsweredAsync("%%%history", $"{ann.Guest}: one");
        await AnsweredAsync("%%%history 0", "*** 用法：%%%history [条数]");
        await AnsweredAsync("%%%history many", "*** 用法：%%%history [条数]");
        await AnsweredAsync("%%%nick", "*** 用法：%%%nick 名字");
        await AnsweredAsync($"%%%nick {bob.Guest}", "*** 这个名字已经有人用了");
        await AnsweredAsync("%%%nick a b", "*** 这个名字不能用");
        await AnsweredAsync("%%%nick server", "*** 这个名字不能用");
        await AnsweredAsync("%%%block", "*** 用法：%%%block 名字");
        await AnsweredAsync("%%%block nobody", "*** 没有这个人");
        await AnsweredAsync($"%%%block {bob.Guest}", "*** 好的，不再收到这个人的私聊");
        await AnsweredAsync($"%%%unblock {bob.Guest}", "*** 好的，又能收到这个人的私聊了");
        await AnsweredAsync("%%%dance", "*** 没有命令 dance");
        await AnsweredAsync("%%%nick 安", "*** 你现在的名字是 安");
        Assert.Equal($"*** {ann.Guest} 改名为 安", await bob.ReadLineAsync());
        await ann.SendAsync("%%%quit\n");
        Assert.Equal(["*** 再见"], await ann.ReadToEndAsync());
        Assert.Equal("*** 安 离开了聊天室", await bob.ReadLineAsync());

        async Task AnsweredAsync(string command, params string[] beginnings)
        {
            await ann.SendAsync(command + "\n");
            foreach (var beginning in beginnings)
                Assert.StartsWith(beginning, await ann.ReadLineAsync(), StringComparison.Ordinal);
        }
    }

    [Spec("CP-LEG-020")]
    [Fact(Timeout = 30_000)]
    public async Task Whoever_enters_is_shown_the_end_of_the_past_and_its_own_words_only_if_the_operator_wants_it()
    {
        await using var server = await TestServer.StartAsync(o => o with { Legacy = new LegacyOptions { History = 2, Echo = true, Language = LegacyLanguage.English } });
        var ann = await server.LogInAsync("ann");
        var lobby = await ann.JoinAsync("lobby");
        foreach (var said in new[] { "1", "2", "3" })
            await ann.AskAsync<Posted>(ann.PostOf(lobby.Room, said));

        await using var text = await TextClient.ConnectAsync(server.Tcp);
        await text.SendAsync("4\n");

        Assert.Equal([$"*** welcome, you are {text.Guest}; %%%help tells what you can type", "*** what was said last:", "ann: 2", "ann: 3"],
            [await text.ReadLineAsync(), await text.ReadLineAsync(), await text.ReadLineAsync(), await text.ReadLineAsync()]);
        await text.UntilAsync($"{text.Guest}: 4");
    }

    [Spec("CP-LEG-003")]
    [Fact(Timeout = 30_000)]
    public async Task A_name_that_somebody_has_gets_a_number_behind_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var text = await TextClient.ConnectAsync(server.Tcp);
        await server.LogInAsync(text.Guest);

        await text.SendAsync("hi\n");

        Assert.Contains($"{text.Guest}-2。", await text.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Spec("CP-NAM-019")]
    [Fact(Timeout = 30_000)]
    public async Task An_admin_sees_it_speaks_to_it_and_kicks_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var text = await TextClient.EnterAsync(server.Tcp);
        await using var other = await TextClient.EnterAsync(server.Tcp);
        var admin = await server.AdminAsync();

        var listed = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Single(s => s.Name == text.Guest);
        Assert.Equal((text.Address.ToString(), "legacy/gbk", 1ul), (listed.Address, listed.Transport, listed.Rooms));
        await admin.AskAsync<Posted>(new Broadcast(admin.NextId(), "维护"));
        await text.UntilAsync("*** server: 维护");
        await admin.AskAsync<Posted>(new Tell(admin.NextId(), text.Guest, "小声点"));
        await text.UntilAsync("*** [私聊] server: 小声点");
        await admin.AskAsync<Ok>(new Kick(admin.NextId(), null, text.Guest, "太吵"));
        Assert.Equal("*** 你已被管理员请出：太吵", (await text.ReadToEndAsync())[^1]);
        await other.UntilAsync($"*** {text.Guest} 离开了聊天室");

        await server.StopAsync(TimeSpan.FromSeconds(5), ByeCode.Shutdown, null);
        Assert.Equal("*** 服务器关闭：that is all", (await other.ReadToEndAsync())[^1]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_of_its_own_takes_text_at_once_and_nothing_else()
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tcp://127.0.0.1:0", "legacy://127.0.0.1:0"] });
        var legacy = IPEndPoint.Parse(server.Endpoints.Single(e => e.StartsWith("legacy://", StringComparison.Ordinal))["legacy://".Length..]);

        await using var silent = await TextClient.ConnectAsync(legacy);
        await silent.UntilAsync("*** 欢迎");
        foreach (var foreign in new[] { "\u0000\u0000\u0000\u0011", "POST / HTTP/1.1\r\n" })
        {
            await using var client = await TextClient.ConnectAsync(legacy);
            await client.SendAsync(Encoding.Latin1.GetBytes(foreign));
            Assert.StartsWith("*** 连接被关闭：", (await client.ReadToEndAsync())[^1], StringComparison.Ordinal);
        }
        Assert.Equal(0ul, (await (await server.LogInAsync("ann")).JoinAsync("lobby")).Head);
    }

    [Spec("CP-LEG-004")]
    [Fact(Timeout = 30_000)]
    public async Task Beyond_this_machine_it_is_served_only_if_that_is_allowed()
    {
        Assert.EndsWith("--allow legacy", await TestServer.RefusedAsync(o => o with { Listen = ["legacy://0.0.0.0:0"] }), StringComparison.Ordinal);
        await using (var closed = await TestServer.StartAsync(o => o with { Listen = ["tcp://0.0.0.0:0"], Allow = ["plaintext", "guests"] }))
        {
            await using var text = await TextClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, closed.Tcp.Port));
            await text.SendAsync("hello\n");
            Assert.Equal(["*** 这里不支持旧版文本客户端，请使用 chat"], await text.ReadToEndAsync());
        }

        await using var open = await TestServer.StartAsync(o => o with { Listen = ["tcp://0.0.0.0:0", "legacy://0.0.0.0:0"], Allow = ["plaintext", "guests", "legacy"] });
        await using var served = await TextClient.EnterAsync(new IPEndPoint(IPAddress.Loopback, open.Tcp.Port));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(LegacyCharset.Gb18030, 54936, "legacy/gb18030")]
    [InlineData(LegacyCharset.Utf8, 65001, "legacy/utf-8")]
    public async Task In_GB18030_and_in_UTF8_nothing_is_missing(LegacyCharset charset, int codePage, string transport)
    {
        await using var server = await TestServer.StartAsync(o => o with { Legacy = new LegacyOptions { Charset = charset } });
        await using var text = await TextClient.EnterAsync(server.Tcp, codePage: codePage);
        await using var other = await TextClient.EnterAsync(server.Tcp, codePage: codePage);
        var admin = await server.AdminAsync();
        var listed = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Single(s => s.Name == text.Guest);
        Assert.Equal(transport, listed.Transport);

        await text.SendAsync("你好 👋 €");

        Assert.Equal($"{text.Guest}: 你好 👋 €", await other.UntilAsync(text.Guest));
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_ends_sending_is_heard_to_the_end()
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");
        await using var text = await TextClient.ConnectAsync(server.Tcp);

        await text.SendAsync(string.Concat(Enumerable.Range(1, 1000).Select(i => $"{i}\n")) + "the end");
        text.EndSending();

        for (var i = 1; i <= 1000; i++)
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), (await ann.UntilAsync<Message>()).Text.ToString());
        Assert.Equal("the end", (await ann.UntilAsync<Message>()).Text.ToString());
        await text.ReadToEndAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_does_not_read_falls_behind_and_gets_everything_once_it_reads()
    {
        const int Posts = 3000;
        await using var server = await TestServer.StartAsync(o => o with { TailBytes = 1024 * 1024 });
        var admin = await server.AdminAsync();
        await using var text = await TextClient.EnterAsync(server.Tcp);
        var ann = await server.LogInAsync("ann");
        var lobby = await ann.JoinAsync("lobby");
        var sending = ann.SendAsync(Enumerable.Range(1, Posts).Select(i => ann.PostOf(lobby.Room, $"{i} {new string('好', 1500)}")));
        for (var i = 0; i < Posts; i++)
            await ann.UntilAsync<Posted>();
        await sending;

        var queued = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Single(s => s.Name == text.Guest).Queued;
        Assert.InRange(queued, 1ul, 512ul * 1024);
        for (var i = 1; i <= Posts; i++)
            // Spaces may have been put in anywhere.
            Assert.Equal($"ann:{i}{new string('好', 1500)}", (await text.UntilAsync("ann: ")).Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task One_that_asks_without_end_and_does_not_read_costs_little_and_delays_nobody()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        await using var greedy = await TextClient.EnterAsync(server.Tcp);
        var sending = greedy.SendAsync(string.Concat(Enumerable.Repeat("%%%help\n", 2_000_000)));

        // Far more than all buffers on the way hold: the server has to stop reading.
        var settled = 0ul;
        await Eventually.TrueAsync(async () =>
        {
            var before = settled;
            settled = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Single(s => s.Name == greedy.Guest).Queued;
            Assert.InRange(settled, 0ul, 256ul * 1024);
            return settled > 0 && settled == before;
        }, "its queue grows no more");
        Assert.False(sending.IsCompleted);
        for (var i = 0; i < 1000; i++)
            await greedy.UntilAsync("*** 直接输入");
        await greedy.DisposeAsync();
        await Record.ExceptionAsync(() => sending);
    }

    [Spec("CP-LEG-023")]
    [Fact(Timeout = 60_000)]
    public async Task After_a_crowd_has_come_and_gone_everybody_is_known_again()
    {
        await using var server = await TestServer.StartAsync();
        var bob = await server.LogInAsync("bob");
        await bob.JoinAsync("lobby");
        await using var text = await TextClient.EnterAsync(server.Tcp);
        var crowd = new List<RawClient>();
        for (var i = 0; i < 110; i++)
            await (await Come($"crowd{i}")).JoinAsync("lobby");
        await text.SendAsync("%%%who\n%%%who\n%%%who\n");
        for (var i = 0; i < 3; i++)
            Assert.Equal("*** 在线 112 人", await text.UntilAsync("*** 在线"));
        foreach (var one in crowd)
            await one.DisposeAsync();
        await Eventually.TrueAsync(async () =>
        {
            await text.SendAsync("%%%who\n");
            return await text.UntilAsync("*** 在线") == $"*** 在线：bob, {text.Guest}";
        }, "the crowd has gone");

        await Eventually.TrueAsync(async () =>
        {
            // It is learnt with the next change who was there all along: that one itself may not be told.
            var other = await server.LogInAsync("other");
            await other.JoinAsync("lobby");
            var came = await HearsAsync(text, "*** other 进入了聊天室");
            await other.DisposeAsync();
            return await HearsAsync(text, "*** other 离开了聊天室") && came;
        }, "somebody came and went");
        await bob.AskAsync<LoggedIn>(new Nick(bob.NextId(), "bobby"));
        Assert.Equal("*** bob 改名为 bobby", await text.ReadLineAsync());

        async Task<RawClient> Come(string name)
        {
            crowd.Add(await server.LogInAsync(name));
            return crowd[^1];
        }
    }

    /// <summary>Whether a line comes within some intervals of presence, while questions are answered, each of which is asked when the one before is.</summary>
    private static async Task<bool> HearsAsync(TextClient text, string line)
    {
        var heard = new List<string>();
        for (var until = Environment.TickCount64 + 1500; Environment.TickCount64 < until && !heard.Contains(line);)
        {
            await text.SendAsync("%%%who\n");
            await text.UntilAsync("*** 在线", heard);
        }
        return heard.Contains(line);
    }
}
