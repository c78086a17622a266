using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class ReportTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _eve;
    private readonly ulong _room;

    public ReportTests()
    {
        _ann = _bench.LogIn("ann");
        _eve = _bench.LogIn("eve");
        _room = _ann.Join("tea").Room;
        _eve.Say(_room, "buy\u001b[31m\nnow\u202e");
    }

    [Spec("CP-REP-001", "CP-REP-002", "CP-REP-004")]
    [Fact]
    public void A_report_is_a_message_of_the_server_in_the_moderators_room_without_control_characters()
    {
        _ann.Ask<Ok>(id => new Report(id, _room, 1, "spam\u001b"));

        var admin = _bench.LogInAs("boss", AccountRole.Admin);
        var item = Moderators(admin);
        Assert.Equal((RoomKind.ByInvitation, "moderators", 1UL), (item.Kind, item.Name, item.Head));
        admin.Join($"#{item.Room}", after: 0);
        var report = Assert.Single(admin.Entries(item.Room));
        Assert.Equal(PrincipalIds.Server, report.From);
        Assert.Equal($"ann (user {_ann.Principal}) reports entry 1 of tea (room {_room}) by eve (user {_eve.Principal}), because \"spam \": buy [31m now", report.Text.ToString());
    }

    [Spec("CP-REP-004", "CP-REP-006", "CP-ROL-002")]
    [Fact]
    public void The_moderators_room_is_listed_and_seen_by_admins_alone_while_they_are_that()
    {
        _ann.Ask<Ok>(id => new Report(id, _room, 1, ""));
        var local = _bench.LogInAdmin();
        var room = Moderators(local).Room;
        foreach (var client in (HubClient[])[_ann, _eve, _bench.LogInAs("member", AccountRole.Member)])
        {
            Assert.DoesNotContain(client.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => item.Room == room);
            Assert.Equal(ErrorCode.NoSuchRoom, client.Refused(id => new History(id, room, 10, null, null)));
        }
        var admin = _bench.LogInAs("boss", AccountRole.Admin);
        Assert.Equal(room, Moderators(admin).Room);
        var reading = _bench.LogInByToken(admin.CreateToken(TokenScopes.Read).Secret);
        Assert.DoesNotContain(reading.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => item.Room == room);
        local.Ask<Ok>(id => new ChangeAccount(id, "boss", (int)AccountRole.Member, null, null));
        admin = _bench.LogInByPassword("boss");
        Assert.DoesNotContain(admin.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => item.Room == room);
        Assert.Equal(ErrorCode.NoSuchRoom, admin.Refused(id => new History(id, room, 10, null, null)));
    }

    [Spec("CP-REP-003")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_report_of_an_entry_is_answered_and_changes_nothing(bool behindARestart)
    {
        _ann.Send(id => new Report(id, _room, 1, "spam"));
        _ann.Ask<Ok>(id => new Report(id, _room, 1, "spam again"));
        var ann = _ann;
        if (behindARestart)
        {
            _bench.Restart();
            ann = _bench.LogIn("ann");
        }
        ann.Ask<Ok>(id => new Report(id, _room, 1, "and again"));
        _bench.LogIn("bob").Ask<Ok>(id => new Report(id, _room, 1, "me too"));
        Assert.Equal(2UL, Moderators(_bench.LogInAdmin()).Head);
    }

    [Spec("CP-REP-005", "CP-ADM-012")]
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void With_an_entry_its_reports_are_erased_also_behind_a_restart(bool isPurge, bool behindARestart)
    {
        _ann.Ask<Ok>(id => new Report(id, _room, 1, "spam"));
        _bench.LogIn("bob").Ask<Ok>(id => new Report(id, _room, 1, ""));
        if (behindARestart)
            _bench.Restart();
        var admin = _bench.LogInAdmin();
        var reports = Moderators(admin).Room;
        Assert.Equal(2, _bench.Log.EntriesOf(reports).Count(message => !message.IsErased));

        var asked = admin.Send(id => isPurge ? new Purge(id, "eve", 3_600_000, _room, false) : new Erase(id, _room, 1));
        _bench.Settle();

        Assert.IsNotType<Error>(admin.AnswerTo(asked));
        Assert.All(_bench.Log.EntriesOf(reports), message => Assert.True(message.IsErased));
    }

    [Spec("CP-REP-005")]
    [Fact]
    public void A_report_that_is_under_way_while_its_entry_is_erased_is_erased_as_well()
    {
        var admin = _bench.LogInAdmin();
        _ann.Send(id => new Report(id, _room, 1, "spam"));
        var erased = admin.Send(id => new Erase(id, _room, 1));
        _bench.Hub.Flush();
        // The copy is made of what was read before the erasure is durable, and gathers behind it.
        _bench.AnswerRead();
        _bench.Settle();

        Assert.IsType<Ok>(admin.AnswerTo(erased));
        Assert.All(_bench.Log.EntriesOf(Moderators(admin).Room), message => Assert.True(message.IsErased));
    }

    [Spec("CP-REP-005", "CP-ADM-031")]
    [Fact]
    public void With_a_room_the_reports_of_it_are_erased()
    {
        _ann.Ask<Ok>(id => new Report(id, _room, 1, "spam"));
        var admin = _bench.LogInAdmin();
        admin.Ask<Ok>(id => new RemoveRoom(id, _room));
        Assert.All(_bench.Log.EntriesOf(Moderators(admin).Room), message => Assert.True(message.IsErased));
    }

    [Spec("CP-REP-001")]
    [Fact]
    public void What_cannot_be_reported_is_refused()
    {
        foreach (var seq in (ulong[])[0, 2, 999])
            Assert.Equal(ErrorCode.NoSuchEntry, _ann.Refused(id => new Report(id, _room, seq, "")));
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Report(id, 999, 1, "")));
        _bench.LogInAdmin().Ask<Ok>(id => new Erase(id, _room, 1));
        Assert.Equal(ErrorCode.NoSuchEntry, _ann.Refused(id => new Report(id, _room, 1, "")));
    }

    [Spec("CP-REP-001")]
    [Fact]
    public void A_report_that_cannot_be_stored_is_refused_and_made_again_it_is_there()
    {
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _ann.Refused(id => new Report(id, _room, 1, "")));
        _bench.LosesBatches = false;
        _ann.Ask<Ok>(id => new Report(id, _room, 1, ""));
        Assert.Equal(1UL, Moderators(_bench.LogInAdmin()).Head);
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _eve.Refused(id => new Report(id, _room, 1, "")));
        _bench.LosesBatches = false;
        _eve.Ask<Ok>(id => new Report(id, _room, 1, ""));
        Assert.Equal(2UL, Moderators(_bench.LogInAdmin()).Head);
    }

    [Spec("CP-REP-001", "CP-ROL-020")]
    [Fact]
    public void Whoever_is_muted_may_report_and_whoever_is_banned_meanwhile_may_not()
    {
        _ann.Ask<Posted>(id => new Restrict(id, _room, "eve", RoomRestriction.Muted, null, ""));
        _eve.Ask<Ok>(id => new Report(id, _room, 1, ""));
        var bob = _bench.LogIn("bob");
        var report = bob.Send(id => new Report(id, _room, 1, ""));
        _ann.Send(id => new Restrict(id, _room, "bob", RoomRestriction.Banned, null, ""));
        _bench.Settle();
        Assert.Equal(ErrorCode.BannedFromRoom, Assert.IsType<Error>(bob.AnswerTo(report)).Reason);
    }

    [Spec("CP-REP-001", "CP-LIM-006")]
    [Fact]
    public void Reports_have_a_rate()
    {
        var bench = new HubBench(options => options with { Near = GuestBounds.Near with { Reports = new Rate(1, 2) } });
        var ann = bench.LogIn("ann");
        var room = ann.Join("tea").Room;
        for (var i = 0; i < 3; i++)
            ann.Say(room, "hello");
        ann.Ask<Ok>(id => new Report(id, room, 1, ""));
        ann.Ask<Ok>(id => new Report(id, room, 2, ""));
        ann.Ask<Ok>(id => new Report(id, room, 2, ""));
        Assert.Equal(ErrorCode.RateLimited, ann.Refused(id => new Report(id, room, 3, "")));
    }

    [Spec("CP-REP-002")]
    [Fact]
    public void A_long_text_is_cut_and_the_name_of_a_room_that_is_not_public_is_not_told()
    {
        var letters = _eve.Open("@ann").Room;
        _eve.Say(letters, new string('é', 5000));
        var hidden = _eve.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "secret-plans", "")).Room;
        _eve.Say(hidden, "hello");
        _ann.Ask<Ok>(id => new Report(id, letters, 1, ""));
        _eve.Ask<Ok>(id => new Report(id, hidden, 2, ""));

        var texts = _bench.Log.EntriesOf(Moderators(_bench.LogInAdmin()).Room).Select(message => message.Text.ToString()).ToList();
        Assert.Equal(500, texts[0].Count(c => c == 'é'));
        Assert.Contains($"of a private room ({letters}) by eve", texts[0], StringComparison.Ordinal);
        Assert.Contains($"of a room by invitation ({hidden}) by eve", texts[1], StringComparison.Ordinal);
        Assert.DoesNotContain("secret", texts[1], StringComparison.Ordinal);
    }

    [Spec("CP-REP-004")]
    [Fact]
    public void Reports_end_after_90_days_and_can_be_made_again()
    {
        _ann.Ask<Ok>(id => new Report(id, _room, 1, "spam"));
        var admin = _bench.LogInAdmin();
        Assert.Equal((ulong)TimeSpan.FromDays(90).TotalMilliseconds, admin.Ask<Retention>(id => new Retain(id, Moderators(admin).Room, false, null, null, null)).Age);
        _bench.SetClock(_bench.Now + (long)TimeSpan.FromDays(91).TotalMilliseconds);
        _bench.Pass(TimeSpan.FromMinutes(11));
        _bench.LogIn("ann").Ask<Ok>(id => new Report(id, _room, 1, "again"));
        Assert.Single(_bench.Log.Contents.Reports);
    }

    [Spec("CP-REP-004")]
    [Fact]
    public void Where_the_moderators_room_was_removed_the_next_report_makes_another()
    {
        _ann.Ask<Ok>(id => new Report(id, _room, 1, ""));
        var admin = _bench.LogInAdmin();
        var first = Moderators(admin).Room;
        admin.Ask<Ok>(id => new RemoveRoom(id, first));
        Assert.DoesNotContain(admin.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => item.Name == "moderators");
        _eve.Ask<Ok>(id => new Report(id, _room, 1, ""));
        Assert.NotEqual(first, Moderators(admin).Room);
    }

    private static RoomListItem Moderators(HubClient client) => Assert.Single(client.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => item.Name == "moderators");
}
