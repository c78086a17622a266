using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What is on the disk, and what a server makes of it.</summary>
[OneTry]
public sealed class StoredLogTests
{
    [Fact(Timeout = 20_000)]
    public async Task Entries_rooms_cursors_and_principals_survive_a_restart()
    {
        using var folder = new TemporaryFolder();
        RoomInfo before;
        LoggedIn ann;
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var client = await server.LogInAsync("ann");
            ann = client.Self!;
            before = await client.JoinAsync("tea");
            for (var i = 1; i <= 10; i++)
                await client.AskAsync<Posted>(client.PostOf(before.Room, $"text {i}"));
        }

        await using var again = await TestServer.StartAsync(folder: folder);
        var back = await again.LogInAsync("ann");
        Assert.Equal(ann.Principal, back.Self!.Principal);

        var after = await back.JoinAsync("tea", after: 4);
        Assert.Equal((before.Room, before.Epoch, 10ul, 4ul), (after.Room, after.Epoch, after.Head, after.Cursor));
        AssertTexts(5, 10, await back.ReceiveAsync<Message>(6));

        var page = await back.AskAsync<Page>(new History(back.NextId(), after.Room, 3, 8, null));
        Assert.Equal((3, 10ul, true), (page.Count, page.Head, page.More));
        AssertTexts(5, 7, await back.ReceiveAsync<Message>(3));

        Assert.Equal(11ul, (await back.AskAsync<Posted>(back.PostOf(after.Room, "on"))).Seq);
    }

    [Spec("CP-SES-008")]
    [Fact(Timeout = 20_000)]
    public async Task A_principal_id_is_never_given_again()
    {
        using var folder = new TemporaryFolder();
        var given = new List<ulong>();
        for (var run = 0; run < 3; run++)
        {
            await using var server = await TestServer.StartAsync(folder: folder);
            for (var i = 0; i < 3; i++)
                given.Add((await server.LogInAsync($"guest-{run}-{i}")).Self!.Principal);
        }

        Assert.Equal(given.Distinct(), given);
    }

    [Spec("CP-SES-009")]
    [Fact(Timeout = 20_000)]
    public async Task The_name_of_a_guest_is_held_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
            await server.LogInAsync("ann");

        await using var again = await TestServer.StartAsync(folder: folder);
        var thief = await again.ConnectAsync();
        await thief.SendAsync([thief.Hello(), new Login(9, "Ann", CredentialKind.GuestKey, new byte[32], null, Inbox: false)]);

        await thief.ReceiveAsync<Welcome>();
        Assert.Equal(ErrorCode.NameTaken, (await thief.ReceiveAsync<Error>()).Reason);
    }

    [Spec("CP-TRA-007")]
    [Fact(Timeout = 60_000)]
    public async Task Ten_thousand_pipelined_posts_are_stored_in_order_and_read_back_over_many_segments()
    {
        const int Posts = 10_000;
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var client = await server.LogInAsync("ann");
            var room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: true))).Room;
            var sending = client.SendAsync(Enumerable.Range(1, Posts).Select(i => client.PostOf(room, $"text {i}")));
            Assert.Equal(Enumerable.Range(1, Posts).Select(i => (ulong?)i), (await client.ReceiveAsync<Posted>(Posts)).Select(p => p.Seq));
            await sending;
        }

        await using var again = await TestServer.StartAsync(folder: folder);
        Assert.True(Rows(again.Database, "segment") > 3);
        var reader = await again.LogInAsync("bob");
        var info = await reader.JoinAsync("tea", after: 0);
        AssertTexts(1, Posts, await reader.ReceiveAsync<Message>(Posts));

        var paged = new List<Message>();
        while (paged.Count < Posts)
        {
            var page = await reader.AskAsync<Page>(new History(reader.NextId(), info.Room, 1000, null, (ulong)paged.Count));
            paged.AddRange(await reader.ReceiveAsync<Message>(page.Count));
        }
        AssertTexts(1, Posts, paged);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_flipped_byte_is_found_told_and_logged_and_hurts_only_who_reads_it()
    {
        using var folder = new TemporaryFolder();
        ulong room;
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var client = await server.LogInAsync("ann");
            room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: true))).Room;
            await client.AskAsync<Posted>(client.PostOf(room, "the truth"));
        }
        Execute(folder.File("chat.db"), "UPDATE segment SET bytes = CAST(replace(bytes, CAST('truth' AS BLOB), CAST('trush' AS BLOB)) AS BLOB)");

        await using var again = await TestServer.StartAsync(folder: folder);
        again.Log.Expect("the entries 1 to 1 are damaged");
        var witness = await again.LogInAsync("bob");
        await witness.JoinAsync("tea");

        var pager = await again.LogInAsync("pager");
        var page = await pager.AskAsync<Page>(new History(pager.NextId(), room, 10, null, null));
        Assert.Equal((0, 1, false), (page.Count, page.Gaps, page.More));
        Assert.Equal(new Gap(room, 1, 1, GapReason.Damaged), await pager.ReceiveAsync<Gap>());

        var reader = await again.LogInAsync("reader");
        await reader.JoinAsync("tea", after: 0);
        Assert.Equal(new Gap(room, 1, 1, GapReason.Damaged), await reader.ReceiveAsync<Gap>());

        Assert.Equal(2ul, (await witness.AskAsync<Posted>(witness.PostOf(room, "life goes on"))).Seq);
        Assert.Equal(2ul, (await reader.ReceiveAsync<Message>()).Seq);
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void Limits_that_are_stored_behind_a_removal_do_not_bring_the_room_back()
    {
        using var folder = new TemporaryFolder();
        var room = new RoomRecord(2, RoomKind.Public, "tea", HubBench.Epoch, 1, 100, 0);
        using (var writer = DatabaseOpener.Open(folder.File("chat.db")).Writer)
        {
            writer.Load();
            var batch = new LogBatch();
            batch.Rooms.Add(room);
            batch.Changes.Add(new LogChange.RemoveRoom(room.Id) { IsBeginning = true, MayHaveMorePublishers = true });
            batch.Changes.Add(new LogChange.LimitRoom(room with { Keeps = new RetentionLimits(null, 1, null) }));
            writer.Write(batch);
        }
        using var again = DatabaseOpener.Open(folder.File("chat.db")).Writer;
        var contents = again.Load();

        Assert.Empty(contents.Rooms);
        Assert.Equal([room.Id], contents.RemovedRooms);
    }

    [Spec("CP-DEL-037")]
    [Fact(Timeout = 30_000)]
    public async Task A_post_that_may_or_may_not_be_stored_is_not_answered_and_the_server_ends_and_writes_nothing_after_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder: folder, mayFail: true);
        server.Log.Expect("writing failed");
        var client = await server.LogInAsync("ann");
        var room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: true))).Room;
        await client.AskAsync<Posted>(client.PostOf(room, "good"));
        Execute(server.Database, "CREATE TRIGGER bad BEFORE INSERT ON segment BEGIN SELECT RAISE(ABORT, 'no more'); END");

        await client.SendAsync(client.PostOf(room, "in doubt"));
        var end = await Assert.ThrowsAsync<Server.ServerException>(server.WaitForEndAsync);
        Assert.Contains("no more", end.Message, StringComparison.Ordinal);
        Execute(server.Database, "DROP TRIGGER bad");
        await client.SendAsync(client.PostOf(room, "not tried"), new Ping(client.NextId()));
        await client.ReceiveAsync<Pong>();
        // The end waits for no commit: it comes long before half of the grace.
        var stopping = server.StopAsync(TimeSpan.FromMinutes(2));
        await client.ReceiveAsync<Bye>();
        await client.ClosedAsync();
        await stopping;

        Assert.Equal(1, Rows(server.Database, "segment"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_write_ahead_log_stays_short_under_load()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");
        var room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: true))).Room;
        var text = new string('x', 60_000);
        var longest = 0L;

        for (var round = 0; round < 40; round++)
        {
            await client.SendAsync(Enumerable.Range(0, 25).Select(_ => client.PostOf(room, text)));
            await client.ReceiveAsync<Posted>(25);
            longest = Math.Max(longest, new FileInfo(server.Database + "-wal").Length);
        }

        // 60 MB were written. A checkpoint is due at 16, and a batch of 25 posts may have begun before.
        Assert.InRange(longest, 1, 24 * 1024 * 1024);
        Assert.InRange(new FileInfo(server.Database).Length, 30 * 1024 * 1024, long.MaxValue);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_write_ahead_log_stays_bounded_at_saturation_while_history_is_read()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");
        var room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: true))).Room;
        var text = new string('x', 4000);
        await client.SendAsync(Enumerable.Range(0, 100).Select(_ => client.PostOf(room, text)));
        await client.ReceiveAsync<Posted>(100);
        var isOver = false;
        var reading = Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            var reader = await server.LogInAsync($"reader-{i}");
            var pages = 0;
            for (var seq = 0ul; !Volatile.Read(ref isOver); seq = (seq + 7) % 90, pages++)
                await reader.ReceiveAsync<Message>((await reader.AskAsync<Page>(new History(reader.NextId(), room, 10, null, seq))).Count);
            return pages;
        }));
        var longest = 0L;

        // As many in flight as the server lets, which a commit takes at once: 4 MB of 80.
        const int Posts = 20_000;
        var sending = client.SendAsync(Enumerable.Range(0, Posts).Select(_ => client.PostOf(room, text)));
        for (var i = 0; i < Posts; i++)
        {
            await client.ReceiveAsync<Posted>();
            if (i % 20 == 0)
                longest = Math.Max(longest, new FileInfo(server.Database + "-wal").Length);
        }
        await sending;
        Volatile.Write(ref isOver, true);

        Assert.All(await reading, pages => Assert.InRange(pages, 10, int.MaxValue));
        // A checkpoint is due at 16 MiB; the commit before it and what is written while somebody reads come on top.
        TestContext.Current.TestOutputHelper?.WriteLine($"the longest was {longest / 1024.0 / 1024.0:0.0} MiB");
        Assert.InRange(longest, 1, 28 * 1024 * 1024);
    }

    [Fact(Timeout = 60_000)]
    public async Task Somebody_who_reads_the_database_for_long_does_not_slow_the_commits()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.LogInAsync("ann");
        var room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: true))).Room;
        var alone = await CommitAsync();
        using var reader = Open(server.Database);
        using var transaction = reader.BeginTransaction(deferred: true);
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT count(*) FROM segment";
        command.ExecuteScalar();

        var beside = await CommitAsync();

        // A commit that waited for the reader would wait for seconds each time.
        Assert.InRange(beside / alone, 0, 10);

        async Task<TimeSpan> CommitAsync()
        {
            var text = new string('x', 60_000);
            var started = TimeProvider.System.GetTimestamp();
            for (var round = 0; round < 20; round++)
            {
                await client.SendAsync(Enumerable.Range(0, 25).Select(_ => client.PostOf(room, text)));
                await client.ReceiveAsync<Posted>(25);
            }
            return TimeProvider.System.GetElapsedTime(started);
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task A_database_of_the_first_schema_is_brought_up_to_date_and_read()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            var tea = await ann.JoinAsync("tea");
            await ann.AskAsync<Posted>(ann.PostOf(tea.Room, "text 1"));
        }
        Execute(folder.File("chat.db"), OlderSchema.Eighth + """
            ALTER TABLE segment DROP COLUMN posts;
            DROP TABLE publisher;
            DROP TABLE publisher_end;
            DELETE FROM meta WHERE key IN ('hash_key', 'publishers');
            ALTER TABLE room DROP COLUMN keep_age;
            ALTER TABLE room DROP COLUMN keep_count;
            ALTER TABLE room DROP COLUMN keep_bytes;
            ALTER TABLE principal DROP COLUMN entries;
            ALTER TABLE principal DROP COLUMN first_entry;
            DROP TABLE block;
            DROP TABLE ban;
            DROP TABLE removed_room;
            ALTER TABLE meta DROP COLUMN crc;
            ALTER TABLE room DROP COLUMN crc;
            ALTER TABLE principal DROP COLUMN crc;
            DROP TABLE room_key;
            DROP TABLE room_of;
            DROP TABLE principal_key;
            DROP TABLE publisher_of;
            DROP TABLE account;
            DROP TABLE token;
            DROP TABLE invitation;
            DROP TABLE account_look;
            ALTER TABLE principal DROP COLUMN has_account;
            DELETE FROM meta WHERE key LIKE 'indexed%' OR key = 'newest';
            PRAGMA user_version = 1
            """);

        await using var again = await TestServer.StartAsync(folder: folder);

        var back = await again.LogInAsync("ann", publisher: new byte[16]);
        var room = await back.JoinAsync("tea", after: 0);
        AssertTexts(1, 1, [await back.ReceiveAsync<Message>()]);
        Assert.Equal(2ul, (await back.AskAsync<Posted>(back.PostOf(room.Room, "text 2", counter: 1))).Seq);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_database_from_before_rooms_had_limits_is_brought_up_to_date_and_keeps_everything()
    {
        using var folder = new TemporaryFolder();
        ulong room;
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            room = (await ann.JoinAsync("tea")).Room;
            await ann.AskAsync<Posted>(ann.PostOf(room, "text 1"));
        }
        Execute(folder.File("chat.db"), OlderSchema.Eighth + """
            ALTER TABLE room DROP COLUMN keep_age;
            ALTER TABLE room DROP COLUMN keep_count;
            ALTER TABLE room DROP COLUMN keep_bytes;
            ALTER TABLE principal DROP COLUMN entries;
            ALTER TABLE principal DROP COLUMN first_entry;
            DROP TABLE block;
            DROP TABLE ban;
            DROP TABLE removed_room;
            ALTER TABLE meta DROP COLUMN crc;
            ALTER TABLE room DROP COLUMN crc;
            ALTER TABLE principal DROP COLUMN crc;
            ALTER TABLE publisher DROP COLUMN crc;
            DROP TABLE room_key;
            DROP TABLE room_of;
            DROP TABLE principal_key;
            DROP TABLE publisher_of;
            DROP TABLE account;
            DROP TABLE token;
            DROP TABLE invitation;
            DROP TABLE account_look;
            ALTER TABLE principal DROP COLUMN has_account;
            DELETE FROM meta WHERE key LIKE 'indexed%' OR key = 'newest';
            PRAGMA user_version = 2
            """);

        await using var again = await TestServer.StartAsync(folder: folder);

        var admin = await again.AdminAsync();
        Assert.Equal(new Retention(0, 1, null, null, null),
            (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, false, null, null, null))) with { Id = 0 });
        Assert.Equal(7ul, (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, true, null, 7, null))).Count);
        var back = await again.LogInAsync("ann");
        await back.JoinAsync("tea", after: 0);
        AssertTexts(1, 1, [await back.ReceiveAsync<Message>()]);
    }

    [Spec("CP-DEL-006", "CP-DEL-010")]
    [Fact(Timeout = 60_000)]
    public async Task A_post_that_was_acknowledged_before_a_kill_is_answered_the_same_behind_it()
    {
        using var folder = new TemporaryFolder();
        byte[] publisher = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        var seqs = new List<ulong>();
        for (var run = 0; run < 3; run++)
        {
            await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");
            await using var client = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann", publisher);
            var room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: true))).Room;
            // Everything once more, and then some.
            for (var counter = 1; counter <= 50 * (run + 1); counter++)
            {
                var posted = await client.AskAsync<Posted>(client.PostOf(room, $"text {counter}", (ulong)counter));
                if (counter <= seqs.Count)
                    Assert.Equal(seqs[counter - 1], posted.Seq);
                else
                    seqs.Add(posted.Seq!.Value);
            }
            chatd.Kill();
        }
        Assert.Equal(Enumerable.Range(1, 150).Select(i => (ulong)i), seqs);
        Assert.Equal("", await RunToReadyAsync(folder));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_newer_schema_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using (await TestServer.StartAsync(folder: folder))
        {
        }
        Execute(folder.File("chat.db"), "PRAGMA user_version = 99");

        Assert.Contains("schema 99", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
        Assert.Contains("use a newer chatd", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_is_no_database_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        var bytes = Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray();
        File.WriteAllBytes(folder.File("chat.db"), bytes);

        Assert.Contains("cannot be used: the file is no database. Put the missing file back", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);

        Assert.Equal(bytes, File.ReadAllBytes(folder.File("chat.db")));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_database_that_lacks_a_table_is_refused_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        await using (await TestServer.StartAsync(folder: folder))
        {
        }
        Execute(folder.File("chat.db"), "DROP TABLE principal");

        Assert.Contains("cannot be used", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
    }

    /// <summary>What the next start has to complain of.</summary>
    private static async Task<string> RunToReadyAsync(TemporaryFolder folder)
    {
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");
        chatd.Kill();
        return await chatd.Error;
    }

    private static void AssertTexts(int first, int last, IEnumerable<Message> messages)
    {
        Assert.Equal(Enumerable.Range(first, last - first + 1).Select(i => ((ulong)i, $"text {i}")),
            messages.Select(m => (m.Seq, m.Text.ToString())));
    }

    private static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(string database, string sql)
    {
        using var connection = Open(database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Rows(string database, string table)
    {
        using var connection = Open(database);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }
}
