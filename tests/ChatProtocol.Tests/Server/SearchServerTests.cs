using System.Text;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Searches on the real server, with its index in a thread of its own.</summary>
[OneTry]
public sealed class SearchServerTests
{
    [Spec("CP-SEA-001", "CP-SEA-015")]
    [Fact(Timeout = 60_000)]
    public async Task What_was_just_posted_is_found_and_what_was_erased_is_in_no_file()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder: folder);
        var ann = await server.LogInAsync("ann");
        var room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
        for (var i = 1; i <= 30; i++)
            await ann.AskAsync<Posted>(ann.PostOf(room, i == 7 ? "the swordfish is near 上海" : $"text {i}"));
        Assert.Equal([7ul], await FindAsync(ann, "swordfish"));
        Assert.Equal([7ul], await FindAsync(ann, "上海"));
        await Eventually.TrueAsync(() => Holds(folder, "-search", "swordfish"), "the text is indexed");

        var admin = await server.AdminAsync();
        await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, 7));
        Assert.False(Holds(folder, "", "swordfish"));
        Assert.Empty(await FindAsync(ann, "swordfish"));
        Assert.Equal(29, (await FindAsync(ann, "text")).Count);
    }

    [Spec("CP-SEA-015")]
    [Fact(Timeout = 60_000)]
    public async Task What_a_purge_erased_or_went_with_its_room_is_in_no_file()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder: folder);
        var ann = await server.LogInAsync("ann");
        var tea = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
        var coffee = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "coffee", Create: true))).Room;
        await ann.AskAsync<Posted>(ann.PostOf(tea, "the swordfish is near"));
        await ann.AskAsync<Posted>(ann.PostOf(coffee, "a quagmire"));
        await Eventually.TrueAsync(() => Holds(folder, "-search", "quagmire"), "the texts are indexed");

        await ann.AskAsync<Ok>(new RemoveRoom(ann.NextId(), coffee));
        Assert.Empty(await FindAsync(ann, "quagmire"));
        var admin = await server.AdminAsync();
        await admin.AskAsync<Purged>(new Purge(admin.NextId(), "ann", Purge.MaxFor, null, DryRun: false));
        Assert.False(Holds(folder, "", "swordfish"));
        await Eventually.TrueAsync(() => !Holds(folder, "", "quagmire"), "a removed room has gone from the files");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_kill_costs_the_index_nothing_wherever_it_comes()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(3);
        var (posted, erased) = (0, new HashSet<ulong>());
        ulong room = 0;
        for (var round = 0; round < 6; round++)
        {
            await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
            room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
            Assert.Equal(posted - erased.Count, (await FindAsync(ann, "word")).Count);
            await using var admin = await (await RawClient.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(folder.File("admin.sock")))).LogInAsAdminAsync();
            for (var i = random.Next(20, 60); i > 0; i--)
            {
                await ann.AskAsync<Posted>(ann.PostOf(room, $"word {++posted}"));
                if (i % 15 != 0)
                    continue;
                await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, (ulong)posted));
                erased.Add((ulong)posted);
            }
            chatd.Kill();
        }
        await using var server = await TestServer.StartAsync(folder: folder);
        var bob = await server.LogInAsync("bob");
        Assert.Equal(posted - erased.Count, (await FindAsync(bob, "word")).Count);
        await Eventually.TrueAsync(() => CountIndexed(folder) == posted - erased.Count, "all is indexed");
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_search_is_turned_off_there_is_no_index_and_once_it_is_on_again_there_is()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            await ann.AskAsync<Posted>(ann.PostOf(1, "a word"));
            await Eventually.TrueAsync(() => Holds(folder, "-search", "word"), "the text is indexed");
        }
        await using (var server = await TestServer.StartAsync(o => o with { Search = false }, folder))
        {
            Assert.Empty(Directory.GetFiles(folder.Path, "*-search*"));
            var ann = await server.LogInAsync("ann");
            Assert.Equal(ErrorCode.UnknownCode, (await ann.AskAsync<Error>(new Search(ann.NextId(), "word", 10))).Reason);
            await ann.AskAsync<Posted>(ann.PostOf(1, "another word"));
            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new Erase(admin.NextId(), 1, 1));
            Assert.False(Holds(folder, "", "a word"));
        }
        await using var again = await TestServer.StartAsync(folder: folder);
        Assert.Equal([2ul], await FindAsync(await again.LogInAsync("ann"), "word"));
        await Eventually.TrueAsync(() => CountIndexed(folder) == 1, "the text is indexed");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_damaged_index_is_made_anew_and_nothing_else_is_wrong()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            for (var i = 0; i < 200; i++)
                await ann.AskAsync<Posted>(ann.PostOf(1, $"word {i} {new string((char)('a' + i % 26), 30)}"));
            await Eventually.TrueAsync(() => CountIndexed(folder) == 200, "all is indexed");
        }
        await using (var file = File.OpenWrite(SearchFile.PathFor(folder.File("chat.db"))))
        {
            file.Position = 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray(), TestContext.Current.CancellationToken);
        }
        await using var again = await TestServer.StartAsync(folder: folder);
        var bob = await again.LogInAsync("bob");
        await bob.AskAsync<Posted>(bob.PostOf(1, "word of today"));
        await Eventually.TrueAsync(() => CountIndexed(folder) == 201, "all is indexed anew");
        Assert.Equal(201, (await FindAsync(bob, "word")).Count);
        if (again.Log.Has("the index of searches"))
            again.Log.Expect("the index of searches");
    }

    /// <summary>The seqs of what is found, over as many answers as it takes.</summary>
    private static async Task<List<ulong>> FindAsync(RawClient client, string query)
    {
        var seqs = new List<ulong>();
        ReadOnlyMemory<byte>? next = null;
        do
        {
            var found = await client.AskAsync<Found>(new Search(client.NextId(), query, 100, Before: next));
            Assert.Null(found.MissingFrom);
            if (found.Count > 0)
                seqs.AddRange((await client.ReceiveAsync<Message>(found.Count)).Select(message => message.Seq));
            next = found.Next;
        }
        while (next is not null);
        return seqs;
    }

    private static long CountIndexed(TemporaryFolder folder)
    {
        try
        {
            using var connection = DatabaseConnection.Open(SearchFile.PathFor(folder.File("chat.db")), SqliteOpenMode.ReadOnly);
            return (long)connection.Ask("SELECT count(*) FROM token WHERE token MATCH 'word'")!;
        }
        catch (Exception e) when (e is SqliteException or ServerException)
        {
            // It is being made.
            return -1;
        }
    }

    private static bool Holds(TemporaryFolder folder, string which, string word) => Directory.GetFiles(folder.Path)
        .Where(file => Path.GetFileName(file).StartsWith("chat.db" + which, StringComparison.Ordinal))
        .Any(file => SharedFile.Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0);
}
