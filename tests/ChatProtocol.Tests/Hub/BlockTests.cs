using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class BlockTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _room;

    public BlockTests()
    {
        _ann = _bench.LogIn("ann", inbox: true);
        _bob = _bench.LogIn("bob", publisher: 7);
        _room = _bob.Open("@ann").Room;
        _bob.Say(_room, "hello", 1);
    }

    [Spec("CP-BLK-002")]
    [Fact]
    public void Whoever_is_blocked_is_refused_with_the_very_words_for_somebody_who_is_not_there()
    {
        var zoe = _bench.LogIn("zoe");
        var gone = _bench.LogIn("gone");
        var theirs = _bob.Open("@gone").Room;
        _bob.Say(theirs, "hello", 1);
        gone.Disconnect();
        Func<string, ulong, Func<ulong, Request>>[] asked =
        [
            (name, _) => id => new Open(id, $"@{name}", true),
            (name, _) => id => new Join(id, $"@{name}", PresenceMode.None, null, null),
            (_, room) => id => new Post(id, room, "psst", null),
            (_, room) => id => new Post(id, room, "psst", 2),
        ];
        _ann.Ask<Ok>(id => new Block(id, "bob"));

        foreach (var ask in asked)
            Assert.Equal(Anonymous(_bob.Ask<Error>(ask("stranger", theirs))), Anonymous(_bob.Ask<Error>(ask("ann", _room))));
        Assert.Equal(["hello"], _ann.Texts(_room));
        zoe.Say(zoe.Open("@ann").Room, "I am welcome");

        static Error Anonymous(Error error) => error with { Id = 0, Text = Regex.Replace(error.Text, "stranger|gone|ann", "X") };
    }

    [Spec("CP-BLK-002")]
    [Fact]
    public void The_repeat_of_a_post_that_was_stored_before_is_answered_as_ever()
    {
        _ann.Ask<Ok>(id => new Block(id, "bob"));

        Assert.Equal(1UL, _bob.Say(_room, "hello", 1).Seq);
    }

    [Fact]
    public void What_was_said_before_stays_readable_for_both_and_public_rooms_are_as_they_were()
    {
        _ann.Ask<Ok>(id => new Block(id, "bob"));

        Assert.All([_ann, _bob], client => Assert.Equal(1, client.Ask<Page>(id => new History(id, _room, 10, null, null)).Count));
        Assert.Equal(_room, _ann.Open("@bob").Room);
        var tea = _ann.Join("tea").Room;
        _bob.Say(tea, "for all");
        Assert.Equal(["for all"], _ann.Texts(tea));
    }

    [Spec("CP-BLK-003")]
    [Fact]
    public void Whoever_blocks_does_not_write_there_either_and_is_told_why()
    {
        _ann.Ask<Ok>(id => new Block(id, "bob"));

        var refused = _ann.Ask<Error>(id => new Post(id, _room, "one more thing", null));
        Assert.Equal((ErrorCode.Blocked, "you have blocked bob: unblock bob first"), (refused.Reason, refused.Text));
        _ann.Ask<Ok>(id => new Unblock(id, "bob"));
        _ann.Say(_room, "one more thing");
    }

    [Spec("CP-BLK-001", "CP-BLK-004")]
    [Fact]
    public void It_is_the_principal_that_is_blocked_whatever_its_name()
    {
        _ann.Ask<Ok>(id => new Block(id, "BOB"));
        _bob.Ask<LoggedIn>(id => new Nick(id, "robert"));
        var other = _bench.LogIn("bob", "another key");

        Assert.Equal(ErrorCode.NoSuchUser, _bob.Refused(id => new Post(id, _room, "psst", null)));
        other.Say(other.Open("@ann").Room, "I am another");
        Assert.Equal([new(_bob.Principal, "robert")], Blocked(_ann));

        Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Unblock(id, "bob")));
        _ann.Ask<Ok>(id => new Unblock(id, "Robert"));
        _bob.Say(_room, "thanks");
        Assert.Empty(Blocked(_ann));
    }

    [Spec("CP-BLK-004", "CP-BLK-005")]
    [Fact]
    public void Whoever_is_gone_is_listed_and_unblocked_by_the_last_name()
    {
        var text = LogInKeyless("guest-9");
        text.Ask<LoggedIn>(id => new Nick(id, "pest"));
        _ann.Ask<Ok>(id => new Block(id, "pest"));
        text.Disconnect();
        Assert.Equal([new(text.Principal, "pest")], Blocked(_ann));

        _bench.Restart();
        var ann = _bench.LogIn("ann");
        Assert.Equal([new(text.Principal, "pest")], Blocked(ann));
        ann.Ask<Ok>(id => new Unblock(id, "PEST"));
        Assert.Empty(Blocked(ann));
    }

    [Spec("CP-BLK-001")]
    [Fact]
    public void Oneself_admins_and_the_server_cannot_be_blocked_nor_can_nobody()
    {
        _bench.LogInAdmin();
        foreach (var name in (string[])["ann", "admin", "server"])
            Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Block(id, name)));
        foreach (var name in (string[])["nobody", "", "@bob", "a b"])
            Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Block(id, name)));
        Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Unblock(id, "bob")));
    }

    [Spec("CP-BLK-001")]
    [Fact]
    public void A_block_outlives_the_server_and_to_block_twice_is_no_different()
    {
        _ann.Ask<Ok>(id => new Block(id, "bob"));
        _ann.Ask<Ok>(id => new Block(id, "bob"));
        _bench.Restart();
        var (ann, bob) = (_bench.LogIn("ann"), _bench.LogIn("bob"));

        Assert.Equal(ErrorCode.NoSuchUser, bob.Refused(id => new Open(id, "@ann", true)));
        ann.Ask<Ok>(id => new Unblock(id, "bob"));
        _bench.Restart();
        _bench.LogIn("ann");
        _bench.LogIn("bob").Open("@ann");
    }

    [Spec("CP-BLK-001", "CP-BLK-004")]
    [Fact]
    public void It_is_answered_when_it_is_durable_and_is_as_before_if_it_cannot_be()
    {
        var asked = _ann.Send(id => new Block(id, "bob"));
        _bench.Hub.Flush();
        Assert.Null(_ann.AnswerTo(asked));
        _bench.Commit();
        Assert.IsType<Ok>(_ann.AnswerTo(asked));

        _bench.LosesBatches = true;
        var (unblock, block) = (_ann.Send(id => new Unblock(id, "bob")), _ann.Send(id => new Block(id, "bob")));
        _bench.Settle();
        Assert.All([unblock, block], id => Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_ann.AnswerTo(id)).Reason));
        Assert.Equal("bob", Assert.Single(Blocked(_ann)).Name);

        Assert.Equal(ErrorCode.LogUnavailable, _bob.Refused(id => new Block(id, "ann")));
        Assert.Empty(Blocked(_bob));
    }

    [Spec("CP-BLK-001")]
    [Fact]
    public void A_thousand_can_be_blocked_and_no_more()
    {
        for (var i = 0; i < 1001; i++)
            _bench.LogIn($"pest{i}");
        for (var i = 0; i < 1000; i++)
            _ann.Ask<Ok>(id => new Block(id, $"pest{i}"));
        _bench.Pass(TimeSpan.FromSeconds(1));

        var refused = _ann.Ask<Error>(id => new Block(id, "pest1000"));
        Assert.Equal((ErrorCode.TooMany, 1000UL), (refused.Reason, refused.Value));
        _ann.Ask<Ok>(id => new Block(id, "pest999"));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"pest{i}"), Blocked(_ann).Select(item => item.Name));
        _ann.Ask<Ok>(id => new Unblock(id, "pest0"));
        _ann.Ask<Ok>(id => new Block(id, "pest1000"));
    }

    [Fact]
    public void A_client_without_a_key_blocks_for_as_long_as_it_is_there_and_nothing_of_it_is_stored()
    {
        var keyless = LogInKeyless("guest-9");
        keyless.Ask<Ok>(id => new Block(id, "bob"));
        Assert.Equal(ErrorCode.NoSuchUser, _bob.Refused(id => new Open(id, "@guest-9", true)));
        keyless.Disconnect();
        _bench.Settle();

        Assert.Empty(_bench.Log.Contents.Blocks);
        LogInKeyless("guest-9");
        _bob.Open("@guest-9");
    }

    private static List<BlockListItem> Blocked(HubClient client)
    {
        var all = new List<BlockListItem>();
        for (var more = true; more;)
        {
            var list = client.Ask<BlockList>(id => new Blocks(id, all.LastOrDefault().Principal));
            Assert.InRange(list.Items.Count, 0, 500);
            all.AddRange(list.Items);
            more = list.More;
        }
        Assert.Equal(all.OrderBy(item => item.Principal), all);
        return all;
    }

    private HubClient LogInKeyless(string name)
    {
        var client = _bench.Greet("legacy/gbk");
        client.LoggedIn = client.Ask<LoggedIn>(id => new Login(id, name, CredentialKind.Address, default, null, Inbox: true));
        return client;
    }
}
