using System.Text;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What has become of messages, in the database of a real server.</summary>
public sealed class AmendmentLogTests
{
    private const string Secret = "the password is swordfish";

    [Spec("CP-AMD-020", "CP-AMD-014", "CP-AMD-017", "CP-AMD-022")]
    [Fact(Timeout = 60_000)]
    public async Task A_restart_finds_all_of_it()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            var room = await ann.JoinAsync("tea");
            await ann.AskAsync<Posted>(ann.PostOf(room.Room, "one"));
            await ann.AskAsync<Posted>(new Edit(ann.NextId(), room.Room, 1, "the first"));
            await ann.AskAsync<Posted>(new React(ann.NextId(), room.Room, 1, "👍"));
            await ann.AskAsync<Posted>(new React(ann.NextId(), room.Room, 1, "🎉"));
            await ann.AskAsync<Posted>(new React(ann.NextId(), room.Room, 1, "🎉", On: false));
            await ann.AskAsync<Posted>(new Pin(ann.NextId(), room.Room, 1));
            await ann.AskAsync<Posted>(new Post(ann.NextId(), room.Room, "two", null, Reply: 1, Thread: 1));
        }

        await using var again = await TestServer.StartAsync(folder: folder);
        var bob = await again.LogInAsync("bob");
        var tea = (await bob.JoinAsync("tea")).Room;
        var page = await bob.AskAsync<Page>(new History(bob.NextId(), tea, 100, null, null));
        Assert.Equal((7, 1), (page.Count, page.Amended));
        Assert.Equal([1UL, 7UL], (await bob.ReceiveAsync<Entry>(7)).OfType<Message>().Select(message => message.Seq));
        var amended = await bob.ReceiveAsync<Amended>();
        Assert.Equal((1UL, 6UL, (Text?)"the first", true), (amended.Seq, amended.Through, amended.Text, amended.Pinned));
        Assert.Equal([new ReactionTally("👍", 1, false)], amended.Reactions);
        Assert.Equal([1UL], (await bob.AskAsync<SeqList>(new Pins(bob.NextId(), tea))).Seqs.Select(one => one.Seq));
        Assert.Equal([7UL], (await bob.AskAsync<SeqList>(new ThreadMessages(bob.NextId(), tea, 1))).Seqs.Select(one => one.Seq));
        Assert.Equal("👍", Assert.Single((await bob.AskAsync<ReactionList>(new Reactions(bob.NextId(), tea, 1))).Reactions).Reaction);
        Assert.Equal(0ul, (await (await again.AdminAsync()).AskAsync<Verified>(new Verify(1000))).Damaged);
    }

    [Spec("CP-AMD-005", "CP-AMD-007")]
    [Fact(Timeout = 60_000)]
    public async Task What_is_taken_back_is_soon_in_no_file()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder: folder);
        var ann = await server.LogInAsync("ann");
        var room = (await ann.JoinAsync("tea")).Room;
        await ann.AskAsync<Posted>(ann.PostOf(room, "one"));
        await ann.AskAsync<Posted>(new Edit(ann.NextId(), room, 1, $"I told you: {Secret}"));
        await ann.AskAsync<Posted>(new Edit(ann.NextId(), room, 1, $"I tell you: {Secret}"));
        await ann.AskAsync<Posted>(ann.PostOf(room, "two"));
        Assert.True(Holds(folder));

        Assert.Equal(5UL, (await ann.AskAsync<Posted>(new Retract(ann.NextId(), room, 1))).Seq);
        var page = await ann.AskAsync<Page>(new History(ann.NextId(), room, 100, null, null));
        Assert.Equal((5, 0), (page.Count, page.Amended));
        await ann.ReceiveAsync<Entry>(5);
        await Eventually.TrueAsync(() => !Holds(folder), "the text is in no file");
        await ann.AskAsync<Posted>(new React(ann.NextId(), room, 4, "👍"));
    }

    private static bool Holds(TemporaryFolder folder) => Directory.GetFiles(folder.Path)
        .Where(file => !file.EndsWith(".sock", StringComparison.Ordinal) && !file.EndsWith("lock", StringComparison.Ordinal))
        .Any(file => SharedFile.Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0);
}
