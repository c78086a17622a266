using ChatProtocol.Client;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Testing;

/// <summary>The server that programs test themselves with.</summary>
public sealed class ChatTestServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task A_post_is_stored_and_delivered_while_time_stands_still()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        await bob.JoinAsync("tea", cancellationToken: Stop);

        var posted = await room.PostAsync("hello", Stop);
        var received = await bob.NextAsync<MessageReceived>();

        Assert.Equal(("alice", "hello", posted.Seq), (received.Message.Name, received.Message.Text.ToString(), received.Message.Seq));
        Assert.Equal(server.Time.GetUtcNow(), received.Message.Time);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_comes_again_by_a_name_is_the_same_user()
    {
        await using var server = new ChatTestServer();
        ulong first;
        await using (var before = await server.ConnectAsync("alice", Stop))
            first = before.Principal;
        await using var again = await server.ConnectAsync("alice", Stop);

        Assert.Equal(first, again.Principal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Two_servers_are_two_worlds()
    {
        await using var one = new ChatTestServer();
        await using var other = new ChatTestServer();
        await using var here = await one.ConnectAsync("alice", Stop);
        await using var there = await other.ConnectAsync("alice", Stop);
        await (await here.OpenAsync("tea", create: true, Stop)).PostAsync("hello", Stop);

        Assert.NotEqual(here.Server.Id.ToArray(), there.Server.Id.ToArray());
        Assert.DoesNotContain(await there.RoomsAsync(Stop).ToListAsync(Stop), room => room.Name == "tea");
    }

    [Fact(Timeout = 30_000)]
    public async Task An_account_logs_in_by_its_password_and_by_a_token()
    {
        await using var server = new ChatTestServer();
        await server.CreateAccountAsync("bob", "correct horse", AccountRole.Member, Stop);
        await using var bob = await server.ConnectAccountAsync("bob", "correct horse", Stop);
        var token = await server.CreateTokenAsync("bob", TokenScopes.Read, "correct horse", cancellationToken: Stop);
        await using var reader = await ChatClient.ConnectAsync(server.OptionsForToken(token), Stop);

        Assert.Equal(bob.Principal, reader.Principal);
        var refused = await Assert.ThrowsAsync<ChatException>(async () => await (await reader.OpenAsync("lobby", cancellationToken: Stop)).PostAsync("hi", Stop));
        Assert.Equal(ErrorCode.Denied, refused.Code);
        var wrong = await Assert.ThrowsAsync<ChatException>(() => server.ConnectAccountAsync("bob", "wrong horse", Stop));
        Assert.Equal(ErrorCode.LoginFailed, wrong.Code);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_ends_when_its_time_has_passed()
    {
        await using var server = new ChatTestServer();
        await server.CreateAccountAsync("bob", cancellationToken: Stop);
        var token = await server.CreateTokenAsync("bob", TokenScopes.Read | TokenScopes.Post, lifetime: TimeSpan.FromDays(2), cancellationToken: Stop);
        await server.AdvanceAsync(TimeSpan.FromDays(3));

        var refused = await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(server.OptionsForToken(token), Stop));

        Assert.Equal(ErrorCode.LoginFailed, refused.Code);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_admin_kicks()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await using var admin = await server.ConnectAdminAsync(Stop);

        await admin.Admin.KickUserAsync("alice", "too loud", Stop);

        Assert.Equal((ByeCode.Kicked, "too loud"), ((await alice.NextAsync<SessionEnded>()).Bye is { } bye ? (bye.Why, bye.Reason) : default));
    }

    [Fact(Timeout = 30_000)]
    public async Task Guests_may_be_kept_out_and_registration_closed()
    {
        await using var server = new ChatTestServer(new ChatTestServerOptions { GuestsAllowed = false, Registration = TestRegistration.Closed });

        var guest = await Assert.ThrowsAsync<ChatException>(() => server.ConnectAsync("alice", Stop));
        var stranger = await Assert.ThrowsAsync<ChatException>(() => ChatClient.RegisterAsync(server.OptionsForAccount("alice"), cancellationToken: Stop));

        Assert.Equal(ErrorCode.BadCredential, guest.Code);
        Assert.Equal(ErrorCode.RegistrationClosed, stranger.Code);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_invitation_makes_an_account_where_it_takes_one()
    {
        await using var server = new ChatTestServer(new ChatTestServerOptions { Registration = TestRegistration.ByInvitation });
        await server.CreateAccountAsync("owner", role: AccountRole.Owner, cancellationToken: Stop);
        await using var owner = await server.ConnectAccountAsync("owner", cancellationToken: Stop);
        var refused = await Assert.ThrowsAsync<ChatException>(() => ChatClient.RegisterAsync(server.OptionsForAccount("bob"), cancellationToken: Stop));

        await ChatClient.RegisterAsync(server.OptionsForAccount("bob"), (await owner.Account.InviteAsync(cancellationToken: Stop)).Code, Stop);
        await using var bob = await server.ConnectAccountAsync("bob", cancellationToken: Stop);

        Assert.Equal(ErrorCode.RegistrationClosed, refused.Code);
        Assert.Equal("bob", bob.Name);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_limits_are_those_that_it_was_given()
    {
        await using var server = new ChatTestServer(new ChatTestServerOptions { Limits = Limits.Default with { Text = 1024 } });
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.OpenAsync("lobby", cancellationToken: Stop);

        var refused = await Assert.ThrowsAsync<ChatException>(() => room.PostAsync(new string('x', 1025), Stop));

        Assert.Equal(ErrorCode.TextTooLong, refused.Code);
        var wrong = Assert.Throws<ArgumentException>(() => new ChatTestServer(new ChatTestServerOptions { Limits = Limits.Default with { Page = 1 } }));
        Assert.Contains("page is 1", wrong.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Strangers_wait_where_they_post_faster_than_their_rate()
    {
        await using var server = new ChatTestServer(new ChatTestServerOptions { BoundsStrangers = true });
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.OpenAsync("lobby", cancellationToken: Stop);
        List<Task> posts = [.. Enumerable.Range(1, 60).Select(i => room.PostAsync($"{i}", Stop))];
        await Task.WhenAll(posts.Take(50));
        await server.SettleAsync();
        var waited = posts.Count(post => !post.IsCompleted);

        await server.AdvanceUntilAsync(Task.WhenAll(posts));

        Assert.Equal(10, waited);
        Assert.InRange(((ManualTime)server.Time).Elapsed, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3));
    }

    [Fact(Timeout = 30_000)]
    public async Task What_waits_for_time_comes_with_it()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        var room = await alice.CreateRoomAsync("slow", RoomKind.Public, cancellationToken: Stop);
        await room.ChangeAsync(new RoomChange { SlowMode = TimeSpan.FromMinutes(1) }, Stop);
        var slow = await bob.OpenAsync("slow", cancellationToken: Stop);
        await slow.PostAsync("one", Stop);
        var second = slow.PostAsync("two", Stop);

        await server.AdvanceAsync(TimeSpan.FromSeconds(59));
        var isEarly = second.IsCompleted;
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.False(isEarly);
        Assert.NotNull((await second).Seq);
    }

    /// <summary>Both sides look for a sign of life by the clock, which passes in no time here.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(60 * 24 * 40)]
    public async Task Nobody_is_taken_for_silent_however_much_time_passes(int minutes)
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        var (session, began) = (alice.Session, bob.Session);

        await server.AdvanceAsync(TimeSpan.FromMinutes(minutes));
        await alice.PingAsync(Stop);
        await bob.PingAsync(Stop);

        Assert.Equal((session, began), (alice.Session, bob.Session));
    }

    [Fact(Timeout = 30_000)]
    public async Task Presence_is_told_when_its_interval_has_passed()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await alice.JoinAsync("tea", new JoinOptions { Presence = PresenceMode.Full }, Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        await bob.JoinAsync("tea", cancellationToken: Stop);

        await server.AdvanceAsync(TimeSpan.FromMilliseconds(250));

        Assert.Contains((await alice.NextAsync<PresenceChanged>()).Arrived, user => user.Name == "bob");
    }

    [Fact(Timeout = 30_000)]
    public async Task Once_it_has_settled_every_client_has_what_it_was_sent()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        var tea = await bob.OpenAsync("tea", cancellationToken: Stop);
        for (var i = 1; i <= 200; i++)
            await tea.PostAsync($"{i}", Stop);

        await server.SettleAsync();

        // What was received, taken or not.
        Assert.Equal(200UL, room.Head);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_kill_loses_what_was_not_stored_and_nothing_else()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        await room.PostAsync("stored", Stop);
        server.HoldCommits();
        var held = room.PostAsync("held", Stop);
        await server.SettleAsync();

        server.Kill();
        var isRunning = server.IsRunning;
        server.ReleaseCommits();
        server.Restart();
        await using var bob = await server.ConnectAsync("bob", Stop);
        var stored = await (await bob.OpenAsync("tea", cancellationToken: Stop)).MessagesAsync(0, cancellationToken: Stop).ToListAsync(Stop);
        // The client sends again what was not answered, once it is back.
        await server.AdvanceUntilAsync(held);

        Assert.False(isRunning);
        Assert.Equal(["stored"], stored.Select(message => message.Text.ToString()));
        Assert.Equal(2UL, (await held).Seq);
        await alice.NextAsync<ConnectionRestored>();
    }

    [Fact(Timeout = 30_000)]
    public async Task While_it_does_not_run_nobody_can_connect()
    {
        await using var server = new ChatTestServer();
        server.Kill();

        var failed = await Assert.ThrowsAsync<ChatException>(() => server.ConnectAsync("alice", Stop));

        Assert.Equal(ChatFailure.Unreachable, failed.Failure);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stop_in_good_order_stores_what_is_under_way_and_tells_everybody()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        await room.PostAsync("hello", Stop);

        server.Stop("maintenance", TimeSpan.FromSeconds(5));
        var lost = await alice.NextAsync<ConnectionLost>();
        var isRunning = server.IsRunning;
        server.Restart();
        await server.AdvanceUntilAsync(alice.NextAsync<ConnectionRestored>());

        Assert.False(isRunning);
        Assert.Equal((ByeCode.Restart, "maintenance"), (lost.Error.Bye!.Why, lost.Error.Bye.Reason));
        Assert.Equal(2UL, (await room.PostAsync("again", Stop)).Seq);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restored_backup_takes_back_what_was_stored_since()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        var none = Assert.Throws<InvalidOperationException>(server.RestoreBackup);
        await room.PostAsync("kept", Stop);
        server.Backup();
        await room.PostAsync("lost", Stop);
        await room.PostAsync("lost", Stop);
        await alice.TakeAsync(3);

        server.RestoreBackup();
        var rewound = alice.NextAsync<RoomRewound>();
        await server.AdvanceUntilAsync(rewound);

        Assert.Contains("backup", none.Message, StringComparison.Ordinal);
        Assert.Equal(1UL, (await rewound).Seq);
        Assert.Equal(2UL, (await room.PostAsync("again", Stop)).Seq);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failure_of_its_own_ends_it_and_is_told_when_it_is_disposed()
    {
        var clock = new BrokenClock();
        var server = new ChatTestServer(new ChatTestServerOptions { Time = clock });
        var alice = await server.ConnectAsync("alice", Stop);
        clock.IsBroken = true;
        var joining = alice.JoinAsync("tea", cancellationToken: Stop);
        await alice.NextAsync<ConnectionLost>();
        await alice.DisposeAsync();

        var told = await Assert.ThrowsAsync<InvalidOperationException>(async () => await server.DisposeAsync());

        Assert.Contains("the clock is broken", told.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ChatException>(() => joining);
        await server.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task An_admins_order_stops_it()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await using (var admin = await server.ConnectAdminAsync(Stop))
            await admin.Admin.ShutdownAsync(TimeSpan.FromSeconds(1), "good night", cancellationToken: Stop);

        var ended = await alice.NextAsync<SessionEnded>();

        Assert.Equal((ByeCode.Shutdown, "good night"), (ended.Bye!.Why, ended.Bye.Reason));
        Assert.False(server.IsRunning);
    }

    [Fact(Timeout = 30_000)]
    public async Task In_a_partition_nothing_comes_and_nothing_is_lost()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);

        server.Partition();
        var post = room.PostAsync("hello", Stop);
        await server.AdvanceAsync(TimeSpan.FromSeconds(5));
        var isAnswered = post.IsCompleted;
        server.Heal();

        Assert.False(isAnswered);
        Assert.Equal(1UL, (await post).Seq);
        Assert.Equal("hello", (await alice.NextAsync<MessageReceived>()).Message.Text.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_partition_that_lasts_is_noticed_by_silence_on_both_sides()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var session = alice.Session;

        server.Partition();
        await server.AdvanceUntilAsync(alice.NextAsync<ConnectionLost>());
        var passed = ((ManualTime)server.Time).Elapsed;
        await server.AdvanceAsync(TimeSpan.FromMinutes(2));
        server.Heal();
        await server.AdvanceUntilAsync(alice.NextAsync<ConnectionRestored>());
        await using var admin = await server.ConnectAdminAsync(Stop);
        var sessions = await admin.Admin.SessionsAsync(Stop).Select(one => one.Session).ToListAsync(Stop);

        Assert.InRange(passed, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(33));
        Assert.DoesNotContain(session, sessions);
        Assert.Contains(alice.Session, sessions);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_connect_waits_for_the_end_of_a_partition_as_long_as_it_may()
    {
        await using var server = new ChatTestServer();
        server.Partition();
        var late = server.ConnectAsync("late", Stop);
        await server.AdvanceUntilAsync(Task.WhenAny(late));
        var timely = server.ConnectAsync("timely", Stop);
        server.Heal();
        await using var client = await timely;

        Assert.Equal(ChatFailure.TimedOut, (await Assert.ThrowsAsync<ChatException>(() => late)).Failure);
        Assert.Equal("timely", client.Name);
    }

    [Fact(Timeout = 30_000)]
    public async Task Connections_that_are_cut_are_made_again()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        server.CutConnections();

        await server.AdvanceUntilAsync(alice.NextAsync<ConnectionRestored>());

        Assert.Equal(1UL, (await room.PostAsync("hello", Stop)).Seq);
    }

    [Fact(Timeout = 30_000)]
    public async Task Held_commits_hold_the_answers()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        server.HoldCommits();
        var post = room.PostAsync("hello", Stop);
        await server.SettleAsync();
        var isAnswered = post.IsCompleted;
        server.ReleaseCommits();

        Assert.False(isAnswered);
        Assert.Equal(1UL, (await post).Seq);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_commit_that_fails_is_refused_and_the_next_one_is_stored()
    {
        await using var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        server.FailNextCommit();

        var refused = await Assert.ThrowsAsync<ChatException>(() => room.PostAsync("lost", Stop));
        var posted = await room.PostAsync("stored", Stop);

        Assert.Equal(ErrorCode.LogUnavailable, refused.Code);
        Assert.Equal(1UL, posted.Seq);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_takes_files_is_refused_in_a_sentence()
    {
        await using var server = new ChatTestServer();
        await using var admin = await server.ConnectAdminAsync(Stop);

        foreach (var (what, call) in new (string, Func<Task>)[]
        {
            ("backed up", () => admin.Admin.BackupAsync("/backup.db", Stop)),
            ("exported", () => admin.Admin.ExportAsync("/export", cancellationToken: Stop)),
            ("imported", () => admin.Admin.ImportAsync("/export", cancellationToken: Stop)),
        })
        {
            var refused = await Assert.ThrowsAsync<ChatException>(call);
            Assert.Equal(ErrorCode.InvalidValue, refused.Code);
            Assert.Contains($"nothing can be {what}", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_client_that_takes_nothing_holds_back_nobody_and_misses_nothing()
    {
        await using var server = new ChatTestServer();
        await using var slow = await ChatClient.ConnectAsync(server.OptionsFor("slow") with { RoomWindow = 32 * 1024 }, Stop);
        await slow.JoinAsync("tea", cancellationToken: Stop);
        await using var alice = await server.ConnectAsync("alice", Stop);
        var room = await alice.OpenAsync("tea", cancellationToken: Stop);
        var text = new string('x', 10_000);

        for (var i = 0; i < 400; i++)
            await room.PostAsync(text, Stop);
        var taken = await slow.TakeAsync(400);

        Assert.Equal(Enumerable.Range(1, 400).Select(i => (ulong)i), taken.Select(message => message.Seq));
    }

    /// <summary>Bytes that nobody reads fill the buffers of the network, and then the server is held back, as over a socket.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_stream_that_nobody_reads_holds_its_writer_back()
    {
        await using var server = new ChatTestServer();
        await using var stream = await server.DialAsync(ChatAddress.Default, Stop);
        var hello = FrameCodec.Encode(new Hello(1, ProtocolVersion.Major, ProtocolVersion.Minor, [], "test"));
        await stream.WriteAsync(hello, Stop);
        byte[] pings = [.. Enumerable.Range(2, 1000).SelectMany(id => FrameCodec.Encode(new Ping((ulong)id)))];

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var written = 0;
        while (true)
        {
            var write = stream.WriteAsync(pings, enough.Token);
            if (!write.IsCompleted)
            {
                await enough.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await write);
                break;
            }
            await write;
            written += pings.Length;
        }

        Assert.InRange(written, 64 * 1024, 1024 * 1024);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_goes_by_real_time_if_that_is_wanted()
    {
        await using var server = new ChatTestServer(new ChatTestServerOptions { Time = TimeProvider.System });
        await using var alice = await server.ConnectAsync("alice", Stop);
        await alice.JoinAsync("tea", new JoinOptions { Presence = PresenceMode.Full }, Stop);
        await using var bob = await server.ConnectAsync("bob", Stop);
        await bob.JoinAsync("tea", cancellationToken: Stop);
        await alice.NextAsync<PresenceChanged>(change => change.Arrived.Any(user => user.Name == "bob"));

        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => server.AdvanceAsync(TimeSpan.FromSeconds(1)));

        Assert.Contains(nameof(ManualTime), wrong.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_never_comes_is_told_when_enough_time_has_passed()
    {
        await using var server = new ChatTestServer();

        var late = await Assert.ThrowsAsync<TimeoutException>(() => server.AdvanceUntilAsync(new TaskCompletionSource().Task, TimeSpan.FromSeconds(10)));

        Assert.Contains("00:00:10", late.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_speaks_neither_tls_nor_plain_text()
    {
        await using var server = new ChatTestServer();

        var failed = await Assert.ThrowsAsync<ChatException>(
            () => ChatClient.ConnectAsync(server.OptionsFor("alice") with { Address = ChatAddress.Parse("chats://chat.example") }, Stop));

        Assert.Equal(ChatFailure.Unreachable, failed.Failure);
        Assert.Contains("TLS", failed.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Once_it_is_disposed_it_is_gone()
    {
        var server = new ChatTestServer();
        await using var alice = await server.ConnectAsync("alice", Stop);
        await server.DisposeAsync();
        await server.DisposeAsync();

        await alice.NextAsync<ConnectionLost>();
        Assert.Throws<ObjectDisposedException>(server.Restart);
    }

    /// <summary>It runs wherever a program's tests run: without a port, a file, or the server's libraries.</summary>
    [Fact]
    public void Its_assembly_knows_no_sockets_no_web_server_and_no_database()
    {
        var names = typeof(ChatTestServer).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).ToList();

        Assert.Contains("ChatProtocol.Hub", names);
        Assert.DoesNotContain(names, name => name.Contains("Sockets", StringComparison.Ordinal) || name.Contains("AspNetCore", StringComparison.Ordinal)
            || name.Contains("Sqlite", StringComparison.Ordinal) || name == "ChatProtocol.Server");
    }

    private sealed class BrokenClock : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override DateTimeOffset GetUtcNow() => IsBroken ? throw new NotSupportedException("the clock is broken") : base.GetUtcNow();
    }
}
