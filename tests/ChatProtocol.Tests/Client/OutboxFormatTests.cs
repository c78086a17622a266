using System.Globalization;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The file of an outbox: what earlier versions wrote, what a kill or a disk leaves of it, and how large it gets.</summary>
[OneTry]
public sealed class OutboxFormatTests
{
    // Written by the version before keys and tags: a publisher, three posts, one of them settled, and a fourth.
    private const string Earlier =
        "EQAAAPlhIG0BAQIDBAUGBwgJCgsMDQ4PEBwAAAAIvNxjAgPojLYAAAAAAAAAAAEAAAAAAAAAAwAAAG9uZRwAAABasr3UAgPojLYAAAAAAAAAAAIAAAAAAAAAAwAAAHR3byEAAADSdiWm"
        + "AgRAYm9iMgAAAAAAAAABAAAAAAAAAAcAAABmb3IgYm9iDQAAAKMfnzgDA+iMtgEAAAAAAAAAHgAAAJvYr/ACA+iMtgAAAAAAAAAAAwAAAAAAAAAFAAAAdGhyZWU=";

    private static readonly RoomState Tea = new(
        new RoomIdentity(new RoomAddress(RoomKind.Public, "茶"), null), new RoomInfo(1, 5, RoomKind.Public, "茶", 77, 1, 0, 0, null), joinedWith: null);

    [Fact]
    public void The_file_of_an_earlier_version_is_read_and_goes_on()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("outbox"), Convert.FromBase64String(Earlier));
        using (var outbox = Outbox.Open(folder.File("outbox")))
        {
            Assert.Equal(Enumerable.Range(1, 16).Select(i => (byte)i), outbox.Publisher.ToArray());
            Assert.Equal(
                [new UnsettledPost("茶", null, 2, "two"), new UnsettledPost("@bob", 50, 1, "for bob"), new UnsettledPost("茶", null, 3, "three")],
                outbox.Unsettled);
            Assert.Null(outbox.SettledTag);
            outbox.Settle(Tea.Identity, 2);
        }
        using var again = Outbox.Open(folder.File("outbox"));
        Assert.Equal(["for bob", "three"], again.Unsettled.Select(post => post.Text.ToString()));
    }

    [Fact]
    public void However_much_of_the_file_was_written_its_position_is_that_of_the_posts_it_has()
    {
        using var folder = new TemporaryFolder();
        var whole = WriteTenPosts(folder.File("outbox"));
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(folder.File("torn"), whole[..length]);
            using var torn = Outbox.Open(folder.File("torn"));
            var left = torn.Unsettled;
            Assert.Equal(Enumerable.Range(1, left.Count).Select(i => (ulong?)i * 10), left.Select(post => post.Tag));
            Assert.All(left, post => Assert.Equal(post.Tag % 20 == 0 ? $"{post.Tag}" : null, post.Key is { } key ? System.Text.Encoding.UTF8.GetString(key.Span) : null));
            Assert.Equal(left.Count == 0 ? null : left[^1].Tag, torn.SettledTag);
        }
    }

    [Fact]
    public void A_damaged_byte_costs_its_record_and_those_behind_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var whole = WriteTenPosts(folder.File("outbox"));
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x41;
            File.WriteAllBytes(folder.File("damaged"), damaged);
            using var outbox = Outbox.Open(folder.File("damaged"));
            Assert.Equal(Enumerable.Range(1, outbox.Unsettled.Count).Select(i => (ulong?)i * 10), outbox.Unsettled.Select(post => post.Tag));
        }
    }

    [Fact]
    public void The_file_of_a_later_version_is_not_taken_for_a_torn_one()
    {
        using var folder = new TemporaryFolder();
        byte[] body = [99, 1, 2, 3];
        File.WriteAllBytes(folder.File("outbox"), [4, 0, 0, 0, .. BitConverter.GetBytes(OutboxReader.Check(body)), .. body]);

        var e = Assert.Throws<IOException>(() => Outbox.Open(folder.File("outbox")));

        Assert.Contains("later version", e.Message, StringComparison.Ordinal);
        Assert.Equal(12, new FileInfo(folder.File("outbox")).Length);
    }

    [Spec("CP-MSG-020")]
    [Fact]
    public void A_reply_is_kept_with_what_it_replies_to()
    {
        using var folder = new TemporaryFolder();
        var details = new MessageDetails(7, 6, true);
        using (var outbox = Outbox.Open(folder.File("outbox")))
        {
            outbox.Begin(new byte[16]);
            outbox.Add(new PostCall(Tea, "plain") { Counter = 1 });
            outbox.Add(new PostCall(Tea, "waves") { Counter = 2, Details = details });
            outbox.Add(new PostCall(Tea, "yes") { Counter = 3, Details = new MessageDetails(7, null, false) });
        }
        using var again = Outbox.Open(folder.File("outbox"));
        Assert.Equal([("plain", null), ("waves", details), ("yes", new MessageDetails(7, null, false))], again.Unsettled.Select(post => (post.Text.ToString(), post.Details)));
    }

    [Spec("CP-AMD-009")]
    [Fact]
    public void A_text_that_is_gone_is_not_in_the_file_either()
    {
        Assert.Contains("the secret", Written(isGone: false), StringComparison.Ordinal);
        Assert.DoesNotContain("the secret", Written(isGone: true), StringComparison.Ordinal);

        static string Written(bool isGone)
        {
            using var folder = new TemporaryFolder();
            using (var outbox = Outbox.Open(folder.File("outbox")))
            {
                outbox.Begin(new byte[16]);
                Assert.False(outbox.TryDropSettled());
                var secret = new PostCall(Tea, "the secret") { Counter = 1 };
                outbox.Add(secret);
                outbox.Add(new PostCall(Tea, "under way") { Counter = 2 });
                Write(outbox);
                outbox.Settle(secret);
                Write(outbox);
                Assert.Equal(isGone, isGone && outbox.TryDropSettled());
                Assert.Equal(isGone, outbox.IsDue(isIdle: false));
                Write(outbox);
            }
            using (var again = Outbox.Open(folder.File("outbox")))
                Assert.Equal(["under way"], again.Unsettled.Select(post => post.Text.ToString()));
            return File.ReadAllText(folder.File("outbox"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_million_settled_posts_take_no_more_room_than_a_few()
    {
        using var folder = new TemporaryFolder();
        var largest = 0L;
        await Task.Run(() =>
        {
            using var outbox = Outbox.Open(folder.File("outbox"));
            outbox.Begin(new byte[16]);
            var underWay = new Queue<PostCall>();
            for (var i = 1UL; i <= 1_000_000; i++)
            {
                underWay.Enqueue(Add(outbox, i));
                if (underWay.Count > 10)
                    outbox.Settle(underWay.Dequeue());
                if (i % 100 != 0)
                    continue;
                Write(outbox);
                largest = Math.Max(largest, i % 10_000 == 0 ? new FileInfo(folder.File("outbox")).Length : 0);
            }
        }, TestContext.Current.CancellationToken);
        Assert.InRange(largest, 1, 1100 * 1024);

        using var again = Outbox.Open(folder.File("outbox"));

        Assert.Equal(Enumerable.Range(999_991, 10).Select(i => (ulong?)i * 10), again.Unsettled.Select(post => post.Tag));
        Assert.Equal(10_000_000UL, again.SettledTag);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_and_once_it_can_has_all_that_is_under_way()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("there"));
        using var outbox = Outbox.Open(folder.File("there/outbox"));
        outbox.Begin(new byte[16]);
        Add(outbox, 1);
        outbox.Take();
        // What was taken and not written is not in the file, and the folder is gone.
        Directory.Move(folder.File("there"), folder.File("elsewhere"));
        Add(outbox, 2);
        outbox.Take();
        Assert.Contains("cannot be written", outbox.Write(), StringComparison.Ordinal);

        Directory.Move(folder.File("elsewhere"), folder.File("there"));
        Add(outbox, 3);
        Write(outbox);
        outbox.Dispose();

        using var again = Outbox.Open(folder.File("there/outbox"));
        Assert.Equal(["text 1", "text 2", "text 3"], again.Unsettled.Select(post => post.Text.ToString()));
    }

    private static byte[] WriteTenPosts(string path)
    {
        using (var outbox = Outbox.Open(path))
        {
            outbox.Begin(new byte[16]);
            for (var i = 1UL; i <= 10; i++)
                Add(outbox, i);
        }
        return File.ReadAllBytes(path);
    }

    /// <summary>A post with a tag, every second one with a key as well.</summary>
    private static PostCall Add(Outbox outbox, ulong number)
    {
        var options = new PostOptions { Tag = number * 10, Key = number % 2 == 0 ? (number * 10).ToString(CultureInfo.InvariantCulture) : null };
        var post = new PostCall(Tea, $"text {number}", options.KeyBytes()) { Options = options, Order = number, Counter = number };
        outbox.Admit(post);
        outbox.Add(post);
        return post;
    }

    private static void Write(Outbox outbox)
    {
        outbox.Take();
        Assert.Null(outbox.Write());
    }
}
