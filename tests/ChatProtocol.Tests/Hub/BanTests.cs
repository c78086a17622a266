using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class BanTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _admin;

    public BanTests() => _admin = _bench.LogInAdmin();

    [Spec("CP-BAN-001", "CP-BAN-002", "CP-BAN-003")]
    [Fact]
    public void A_ban_of_a_name_ends_every_session_of_the_key_and_lets_in_none_whatever_the_name()
    {
        var clients = new[] { _bench.LogIn("mallory", "key"), _bench.LogIn("mallory", "key"), _bench.LogIn("malory2", "key") };
        var other = _bench.LogIn("other");

        var list = Ban("Mallory", reason: "spam");

        Assert.Equal(new BanListItem(1, clients[0].Principal, "mallory", 0, "spam", "admin", HubBench.Begin), Assert.Single(list.Items));
        Assert.Equal(3UL, list.Hit);
        Assert.All(clients, client => Assert.Equal((true, new Bye(ByeCode.Kicked, "spam", null)), (client.IsClosed, client.Last)));
        Assert.False(other.IsClosed);
        foreach (var name in (string[])["mallory", "malory2", "a-new-name"])
        {
            var again = _bench.Greet();
            var refused = again.Ask<Error>(id => HubClient.GuestLogin(id, name, "key"));
            Assert.Equal((ErrorCode.Banned, "you are banned: spam", null), (refused.Reason, refused.Text, refused.RetryAfter));
            Assert.True(again.IsClosed);
        }
        _bench.LogIn("a-new-name", "another key");
    }

    [Spec("CP-BAN-006")]
    [Fact]
    public void An_unban_takes_back_its_subjects_ban_also_while_that_is_being_replaced()
    {
        _bench.LogIn("mallory").Disconnect();
        _admin.Send(id => new Ban(id, "mallory", null, null, null, "one", DryRun: false, Force: false));
        _bench.Hub.Flush();
        _admin.Send(id => new Ban(id, "mallory", null, null, null, "two", DryRun: false, Force: false));
        // The first is durable, the second under way.
        _bench.Commit();
        _bench.Hub.Flush();
        var unban = _admin.Send(id => new Unban(id, null, "mallory", null));
        _bench.Settle();
        Assert.IsType<Ok>(_admin.AnswerTo(unban));
        Assert.Empty(Listed());

        _bench.Restart();
        _bench.LogIn("mallory");
    }

    [Spec("CP-BAN-003")]
    [Fact]
    public void A_ban_that_is_timed_ends_by_itself_and_tells_until_when()
    {
        _bench.LogIn("mallory").Disconnect();
        Ban("mallory", lasts: TimeSpan.FromHours(1));
        _bench.Pass(TimeSpan.FromMinutes(15));
        Assert.Equal(45UL * 60_000, _bench.Greet().Ask<Error>(id => HubClient.GuestLogin(id, "mallory")).RetryAfter);

        _bench.Pass(TimeSpan.FromMinutes(45));
        _bench.LogIn("mallory");
        Assert.Empty(Listed());
    }

    [Spec("CP-BAN-003", "CP-BAN-004", "CP-BAN-008")]
    [Fact]
    public void A_ban_of_an_address_closes_what_comes_from_there_and_nothing_that_is_near()
    {
        var there = _bench.LogIn("there", from: "203.0.113.7:50000");
        var greeted = _bench.Greet(from: "203.0.113.9:50000");
        var beside = _bench.LogIn("beside", from: "203.0.114.7:50000");

        Assert.Equal(2UL, BanAddress("203.0.113.0/24", reason: "flood").Hit);

        Assert.All([there, greeted], client => Assert.Equal((true, new Bye(ByeCode.Kicked, "flood", null)), (client.IsClosed, client.Last)));
        Assert.False(beside.IsClosed);
        var refused = Assert.IsType<Error>(_bench.Connect(from: "203.0.113.250:1").Last);
        Assert.Equal((null, ErrorCode.Banned, "you are banned: flood", 24 * 3600_000L), (refused.Id, refused.Reason, refused.Text, refused.RetryAfter));
        BanAddress("127.0.0.0/8", force: true);
        _bench.LogIn("near");
        Assert.IsType<Error>(_bench.Connect(from: "127.0.0.1:9").Last);
    }

    [Spec("CP-BAN-004")]
    [Theory]
    [InlineData("203.0.113.7", "[::ffff:203.0.113.7]:1", true)]
    [InlineData("203.0.113.7", "[64:ff9b::cb00:7107]:1", true)]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7:1", true)]
    [InlineData("64:ff9b::203.0.113.0/120", "203.0.113.200:1", true)]
    [InlineData("203.0.113.7", "203.0.113.8:1", false)]
    [InlineData("2001:db8:1:2::7", "[2001:db8:1:2:ffff::1]:1", true)]
    [InlineData("2001:db8:1:2::7", "[2001:db8:1:3::7]:1", false)]
    [InlineData("2001:db8::/32", "[2001:db8:ffff::1]:1", true)]
    [InlineData("2001:db8:1:2::7/128", "[2001:db8:1:2::8]:1", false)]
    [InlineData("fe80::1", "[fe80::1%3]:1", true)]
    [InlineData("fe80::1", "[fe80::2%3]:1", false)]
    public void What_begins_with_the_same_bits_is_banned(string banned, string from, bool isHit)
    {
        BanAddress(banned);

        Assert.Equal(isHit, _bench.Connect(from: from).IsClosed);
    }

    [Spec("CP-BAN-005")]
    [Theory]
    [InlineData("10.0.0.0/15")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("2001::/31")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("::1")]
    public void So_many_addresses_or_ones_own_take_force(string address)
    {
        Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(id => new Ban(id, null, address, null, null, "", false, false)));
        Assert.Equal(0UL, BanAddress(address, force: true).Hit);
    }

    [Spec("CP-BAN-001")]
    [Theory]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.256")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0.1/")]
    [InlineData("10.0.0.1/-1")]
    [InlineData("10.0.0.1/ 8")]
    [InlineData("::ffff:10.0.0.1/95")]
    [InlineData("2001:db8::/129")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("mallory")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string address) =>
        Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(id => new Ban(id, null, address, null, null, "", false, true)));

    [Spec("CP-BAN-001")]
    [Fact]
    public void Nobody_admins_and_the_server_cannot_be_banned_nor_two_things_at_once()
    {
        _bench.LogIn("bob");
        Assert.Equal(ErrorCode.NoSuchUser, _admin.Refused(id => new Ban(id, "nobody", null, null, null, "", false, false)));
        Assert.Equal(ErrorCode.NoSuchSession, _admin.Refused(id => new Ban(id, null, null, 999, null, "", false, false)));
        Func<ulong, Request>[] invalid =
        [
            id => new Ban(id, "admin", null, null, null, "", false, false),
            id => new Ban(id, "server", null, null, null, "", false, false),
            id => new Ban(id, null, null, _admin.LoggedIn!.Session, null, "", false, false),
            id => new Ban(id, null, null, null, null, "", false, false),
            id => new Ban(id, "bob", "203.0.113.7", null, null, "", false, false),
            id => new Ban(id, "bob", null, null, 0, "", false, false),
            id => new Ban(id, "bob", null, null, Limits.MaxInteger, "", false, false),
            id => new Unban(id, null, null, null),
            id => new Unban(id, 1, "bob", null),
        ];
        Assert.All(invalid, ask => Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(ask)));
        Assert.Empty(Listed());
    }

    [Spec("CP-BAN-001")]
    [Fact]
    public void Somebody_who_is_away_is_banned_by_the_name_and_a_session_by_its_number()
    {
        var away = _bench.LogIn("away");
        away.Say(away.Open("tea").Room, "I was here");
        away.Disconnect();
        _bench.Pass(TimeSpan.FromDays(3));
        Ban("away");
        Assert.Equal(ErrorCode.Banned, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "away")));

        var here = _bench.LogIn("here");
        var list = _admin.Ask<BanList>(id => new Ban(id, null, null, here.LoggedIn!.Session, null, "", false, false));
        Assert.Equal(("here", 1UL), (list.Items[0].Subject, list.Hit));
        Assert.True(here.IsClosed);
    }

    [Spec("CP-BAN-001")]
    [Fact]
    public void A_text_client_has_no_key_and_its_address_is_banned_in_its_place()
    {
        var text = LogInText("guest-9", "203.0.113.7:9", isNear: false);
        var beside = _bench.LogIn("beside", from: "203.0.113.7:10");

        var list = Ban("guest-9");
        Assert.Equal((0UL, "203.0.113.7", HubBench.Begin + 24 * 3600_000UL), (list.Items[0].Principal, list.Items[0].Subject, list.Items[0].Until));
        Assert.True(text.IsClosed && beside.IsClosed);

        LogInText("guest-1", "127.0.0.1:1", isNear: true);
        Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(id => new Ban(id, "guest-1", null, null, null, "", false, true)));
    }

    [Spec("CP-BAN-009")]
    [Fact]
    public void A_dry_run_tells_whom_it_would_hit_and_changes_nothing()
    {
        var bob = _bench.LogIn("bob", from: "203.0.113.7:1");
        var byName = _admin.Ask<BanList>(id => new Ban(id, "bob", null, null, 1000, "spam", true, false));
        var byAddress = _admin.Ask<BanList>(id => new Ban(id, null, "203.0.113.0/24", null, null, "", true, false));

        Assert.Equal((0UL, "bob", 1UL), (byName.Items[0].Ban, byName.Items[0].Subject, byName.Hit));
        Assert.Equal((0UL, "203.0.113.0/24", 1UL), (byAddress.Items[0].Ban, byAddress.Items[0].Subject, byAddress.Hit));
        Assert.False(bob.IsClosed);
        Assert.Empty(Listed());
        _bench.Restart();
        Assert.Empty(_bench.Log.Contents.Bans);
    }

    [Spec("CP-BAN-006")]
    [Fact]
    public void An_unban_by_number_name_or_address_lets_in_again()
    {
        foreach (var name in (string[])["a", "b", "c"])
            _bench.LogIn(name, "key of " + name);
        _bench.LogIn("also-c", "key of c");
        foreach (var name in (string[])["a", "b", "c"])
            Ban(name);
        BanAddress("203.0.113.7");
        BanAddress("203.0.113.0/24");

        _admin.Ask<Ok>(id => new Unban(id, 1, null, null));
        _admin.Ask<Ok>(id => new Unban(id, null, "B", null));
        _admin.Ask<Ok>(id => new Unban(id, null, "also-c", null));
        Assert.All((string[])["a", "b", "c"], name => _bench.LogIn(name, "key of " + name));

        _admin.Ask<Ok>(id => new Unban(id, null, null, "203.0.113.7"));
        var part = _admin.Ask<Error>(id => new Unban(id, null, null, "203.0.113.7"));
        Assert.Equal((ErrorCode.NoSuchBan, "203.0.113.7 is not banned by itself, but as a part of 203.0.113.0/24: take that back"), (part.Reason, part.Text));
        _admin.Ask<Ok>(id => new Unban(id, null, null, "203.0.113.99/24"));
        Assert.False(_bench.Connect(from: "203.0.113.7:1").IsClosed);

        Assert.Equal(ErrorCode.NoSuchBan, _admin.Refused(id => new Unban(id, 1, null, null)));
        Assert.Equal(ErrorCode.NoSuchBan, _admin.Refused(id => new Unban(id, null, "a", null)));
        Assert.Equal(ErrorCode.NoSuchBan, _admin.Refused(id => new Unban(id, null, "no name", null)));
        Assert.Equal(ErrorCode.NoSuchBan, _admin.Refused(id => new Unban(id, null, null, "203.0.113.7")));
        Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(id => new Unban(id, null, null, "a")));
    }

    [Spec("CP-BAN-001", "CP-BAN-007")]
    [Fact]
    public void There_is_one_ban_of_each_subject_and_all_outlive_the_server()
    {
        _bench.LogIn("mallory");
        Ban("mallory", reason: "first");
        BanAddress("203.0.113.0/24");
        Ban("mallory", lasts: TimeSpan.FromHours(1), reason: "second");
        Ban("mallory", lasts: TimeSpan.FromHours(2), reason: "third");
        Assert.Equal([(1UL, "third"), (2UL, "")], Listed().Select(ban => (ban.Ban, ban.Reason)));
        var before = Listed();

        _bench.Restart();
        var admin = _bench.LogInAdmin();
        Assert.Equal(before, admin.Ask<BanList>(id => new Bans(id, 0)).Items);
        Assert.Equal([2UL], admin.Ask<BanList>(id => new Bans(id, 1)).Items.Select(ban => ban.Ban));
        Assert.Equal(ErrorCode.Banned, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "mallory")));
        Assert.True(_bench.Connect(from: "203.0.113.1:1").IsClosed);
        admin.Ask<Ok>(id => new Unban(id, 1, null, null));
        _bench.Restart();
        _bench.LogIn("mallory");
    }

    [Spec("CP-BAN-001", "CP-BAN-006")]
    [Fact]
    public void What_cannot_be_stored_has_no_effect()
    {
        var bob = _bench.LogIn("bob");
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Ban(id, "bob", null, null, null, "", false, false)));
        Assert.False(bob.IsClosed);
        Assert.Empty(Listed());

        _bench.LosesBatches = false;
        Ban("bob");
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Unban(id, null, "bob", null)));
        Assert.Equal(ErrorCode.Banned, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "bob")));
    }

    [Fact]
    public void Whoever_logs_in_while_the_ban_is_stored_is_ended_too()
    {
        _bench.LogIn("bob").Disconnect();
        _bench.Settle();
        var asked = _admin.Send(id => new Ban(id, "bob", null, null, null, "", false, false));
        _bench.Hub.Flush();
        var bob = _bench.LogInBehind("bob");
        Assert.Null(_admin.AnswerTo(asked));

        _bench.Settle();
        Assert.Equal(1UL, Assert.IsType<BanList>(_admin.AnswerTo(asked)).Hit);
        Assert.True(bob.IsClosed);
    }

    [Fact]
    public void Many_sessions_are_ended_a_slice_at_a_time_and_the_answer_comes_behind_the_last()
    {
        var crowd = Enumerable.Range(0, 9000).Select(i => _bench.LogIn($"user{i}", from: $"203.0.113.7:{i + 1}")).ToList();
        var asked = _admin.Send(id => new Ban(id, null, "203.0.113.7", null, null, "", false, false));
        _bench.Hub.Flush();
        _bench.Hub.Committed(_bench.Log.Store());

        var closed = new List<int>();
        for (var busy = true; busy; closed.Add(crowd.Count(client => client.IsClosed)))
        {
            Assert.Null(_admin.AnswerTo(asked));
            busy = _bench.Hub.Work();
        }
        Assert.True(closed.Distinct().Count() > 2, string.Join(", ", closed));
        Assert.Equal(9000UL, Assert.IsType<BanList>(_admin.AnswerTo(asked)).Hit);
    }

    [Spec("CP-BAN-001", "CP-ROM-017")]
    [Fact]
    public void Ten_thousand_bans_hold_and_those_that_are_over_make_room_for_others()
    {
        for (var i = 0; i < 10_000; i++)
            _admin.Send(id => new Ban(id, null, $"203.{i / 256}.{i % 256}.1", null, i < 3 ? 1000UL : 1_000_000UL, "", false, false));
        _bench.Settle();
        var refused = _admin.Ask<Error>(id => new Ban(id, null, "198.51.100.1", null, null, "", false, false));
        Assert.Equal((ErrorCode.TooMany, 10_000UL), (refused.Reason, refused.Value));
        BanAddress("203.0.5.1");

        _bench.Pass(TimeSpan.FromSeconds(2));
        BanAddress("198.51.100.1");
        var all = Listed();
        Assert.Equal(9_998, all.Count);
        Assert.Equal(all.OrderBy(ban => ban.Ban), all);
        Assert.Equal(9_998, _bench.Log.Contents.Bans.Count);
    }

    private BanList Ban(string name, TimeSpan? lasts = null, string reason = "") =>
        _admin.Ask<BanList>(id => new Ban(id, name, null, null, (ulong?)lasts?.TotalMilliseconds, reason, false, false));

    private BanList BanAddress(string address, string reason = "", bool force = false) =>
        _admin.Ask<BanList>(id => new Ban(id, null, address, null, null, reason, false, force));

    private List<BanListItem> Listed()
    {
        var all = new List<BanListItem>();
        for (var more = true; more;)
        {
            var list = _admin.Ask<BanList>(id => new Bans(id, all.LastOrDefault().Ban));
            all.AddRange(list.Items);
            more = list.More;
        }
        return all;
    }

    private HubClient LogInText(string name, string from, bool isNear)
    {
        var client = new HubClient(_bench, new FakePeer(_bench) { Transport = "legacy/gbk", Address = from, Origin = new Origin(from, isNear) });
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        client.LoggedIn = client.Ask<LoggedIn>(id => new Login(id, name, CredentialKind.Address, default, null, Inbox: true));
        return client;
    }
}
