using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Names that look like another's: refused to whoever comes anew, never to whoever is there.</summary>
public sealed class LookAlikeTests
{
    // Cyrillic letters.
    private const string LikeCoco = "\u0441\u043e\u0441\u043e";

    private static readonly string[] OldNames = ["izmir", "\u0130zmir", "***"];

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly HubBench _bench = new();

    [Spec("CP-NAM-014")]
    [Fact]
    public void A_refusal_names_whom_the_name_looks_like()
    {
        _bench.LogIn("Coco");

        var error = _bench.Greet().Ask<Error>(id => HubClient.GuestLogin(id, LikeCoco));

        Assert.Equal((ErrorCode.NameTaken, "name"), (error.Reason, error.Field));
        Assert.Contains("looks like Coco", error.Text, StringComparison.Ordinal);
    }

    [Spec("CP-NAM-015")]
    [Fact]
    public void A_look_alike_of_somebody_who_has_left_may_be_taken()
    {
        _bench.LogIn("coco").Disconnect();

        Assert.Equal(LikeCoco, _bench.LogIn(LikeCoco).LoggedIn!.Name);
    }

    [Spec("CP-NAM-015")]
    [Fact]
    public void Who_comes_back_to_a_name_that_another_looks_like_by_now_is_let_in()
    {
        var coco = _bench.LogIn("coco");
        coco.Disconnect();
        _bench.LogIn(LikeCoco);

        Assert.Equal(coco.Principal, _bench.LogIn("coco").Principal);
    }

    [Spec("CP-NAM-014")]
    [Fact]
    public void A_name_is_looked_like_until_the_last_session_has_left()
    {
        var (first, second) = (_bench.LogIn("coco"), _bench.LogIn("coco"));
        first.Disconnect();
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, LikeCoco)));
        second.Disconnect();

        _bench.LogIn(LikeCoco);
    }

    [Spec("CP-NAM-014", "CP-NAM-015")]
    [Fact]
    public void A_new_name_may_look_like_ones_own_but_not_like_anothers()
    {
        _bench.LogIn("anna");
        var coco = _bench.LogIn("coco");

        Assert.Equal(LikeCoco, coco.Ask<LoggedIn>(id => new Nick(id, LikeCoco)).Name);
        Assert.Equal(ErrorCode.NameTaken, coco.Refused(id => new Nick(id, "\u0391\u039d\u039d\u0391")));
    }

    [Spec("CP-NAM-014")]
    [Fact]
    public void After_a_nick_the_new_name_is_looked_like_and_the_old_one_is_not()
    {
        _bench.LogIn("bob").Ask<LoggedIn>(id => new Nick(id, "coco"));

        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, LikeCoco)));
        _bench.LogIn("\uff42\uff4f\uff42");
    }

    [Spec("CP-NAM-014")]
    [Fact]
    public void After_a_nick_that_could_not_be_stored_it_is_the_old_name_that_is_looked_like()
    {
        _bench.LogIn("bob").Send(id => new Nick(id, "coco"));
        _bench.Fail();

        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "\uff42\uff4f\uff42")));
        _bench.LogIn(LikeCoco);
    }

    [Spec("CP-NAM-015")]
    [Fact]
    public void A_login_that_could_not_be_stored_leaves_no_name_behind()
    {
        _bench.Greet().Send(id => HubClient.GuestLogin(id, "coco"));
        _bench.Fail();

        _bench.LogIn(LikeCoco);
    }

    [Spec("CP-NAM-015")]
    [Fact]
    public void Who_has_a_name_may_write_it_in_capitals_unless_they_look_like_anothers()
    {
        var anna = _bench.LogIn("\u03b1\u03bd\u03bd\u03b1");
        Assert.Equal("\u0391\u039d\u039d\u0391", anna.Ask<LoggedIn>(id => new Nick(id, "\u0391\u039d\u039d\u0391")).Name);
        anna.Ask<LoggedIn>(id => new Nick(id, "\u03b1\u03bd\u03bd\u03b1"));
        _bench.LogIn("anna");

        Assert.Equal(ErrorCode.NameTaken, anna.Refused(id => new Nick(id, "\u0391\u039d\u039d\u0391")));
    }

    [Spec("CP-NAM-016")]
    [Theory]
    [InlineData("***")]
    [InlineData("\u2800")]
    [InlineData("\uff53\uff45\uff52\uff56\uff45\uff52")]
    [InlineData("s\u0435rver")]
    [InlineData("❤\ufe0f")]
    [InlineData("\U00010d4a")]
    public void A_name_from_before_the_rules_leads_its_key_to_its_principal_and_others_to_it(string name)
    {
        var known = _bench.LogIn("known", "old").Principal;
        RestartWith((known, name));

        Assert.Equal(known, _bench.LogIn(name, "old").Principal);
        Assert.Equal(known, _bench.LogIn("bob").Join("@" + name).Peer);
        Assert.Equal(ErrorCode.BadName, _bench.Greet().Refused(id => HubClient.GuestLogin(id, name, "other")));
        _bench.LogInAdmin().Ask<Ok>(id => new Kick(id, null, name, ""));
    }

    [Spec("CP-NAM-016")]
    [Theory]
    [InlineData("a b")]
    [InlineData("100")]
    public void A_holder_of_a_name_that_nobody_could_take_today_is_blocked_and_banned_by_it(string name)
    {
        var known = _bench.LogIn("known", "old").Principal;
        RestartWith((known, name));
        var (bob, admin) = (_bench.LogIn("bob"), _bench.LogInAdmin());

        bob.Ask<Ok>(id => new Block(id, name));
        bob.Ask<Ok>(id => new Unblock(id, name));
        Assert.Equal(known, admin.Ask<BanList>(id => new Ban(id, name, null, null, null, "", DryRun: false, Force: false)).Items.Single().Principal);
        admin.Ask<Ok>(id => new Unban(id, null, name, null));
    }

    [Spec("CP-NAM-016")]
    [Fact]
    public void A_name_from_before_the_rules_is_judged_when_another_takes_it()
    {
        var here = _bench.LogIn("known", "old");
        here.Say(here.Open("tea").Room, "I was here");
        var known = here.Principal;
        RestartWith((known, "***"));
        _bench.Pass(2 * Day);

        Assert.Equal(ErrorCode.BadName, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "***", "other")));
        Assert.Equal(known, _bench.LogIn("***", "old").Principal);
    }

    [Spec("CP-NAM-016")]
    [Fact]
    public void Of_two_principals_whose_names_are_the_same_by_now_each_has_it_by_its_own_key()
    {
        var (one, other) = (_bench.LogIn("one", "first").Principal, _bench.LogIn("other", "second").Principal);
        RestartWith((one, "\u0130brahim"), (other, "ibrahim"));

        var (first, second) = (_bench.LogIn("ibrahim", "first"), _bench.LogIn("ibrahim", "second"));

        Assert.Equal((one, other), (first.Principal, second.Principal));
        Assert.Equal(one, _bench.LogIn("bob").Join("@ibrahim").Peer);
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ibrahim", "third")));
    }

    [Spec("CP-NAM-016")]
    [Fact]
    public void A_name_that_the_first_of_two_has_given_up_goes_to_the_second_when_it_comes()
    {
        var (one, other) = (_bench.LogIn("one", "first").Principal, _bench.LogIn("other", "second").Principal);
        RestartWith((one, "\u0130brahim"), (other, "ibrahim"));

        _bench.LogIn("ibrahim", "first").Ask<LoggedIn>(id => new Nick(id, "abraham"));
        _bench.LogIn("ibrahim", "second");

        Assert.Equal(other, _bench.LogIn("bob").Join("@ibrahim").Peer);
    }

    [Spec("CP-NAM-016")]
    [Fact]
    public void Rooms_that_collide_are_all_there_and_the_lowest_id_has_the_name()
    {
        var ann = _bench.LogIn("ann");
        List<ulong> rooms = [ann.Join("one").Room, ann.Join("two").Room, ann.Join("three").Room];
        foreach (var (room, name) in rooms.Zip(OldNames))
        {
            ann.Say(room, name);
            _bench.Log.Alter(room, stored => stored with { Name = name });
        }
        _bench.Restart();
        ann = _bench.LogIn("ann");

        Assert.Equal(rooms[0], ann.Join("\u0130zmir").Room);
        Assert.Equal(rooms[2], ann.Join("***").Room);
        Assert.Equal(1, ann.Ask<Page>(id => new History(id, rooms[1], 10, null, null)).Count);
        Assert.Equal([1, .. rooms], ann.Ask<RoomList>(id => new Rooms(id, 0)).Items.Select(room => room.Room));
    }

    [Spec("CP-NAM-014")]
    [Fact]
    public void A_room_is_not_made_by_a_name_that_looks_like_another_rooms()
    {
        var ann = _bench.LogIn("ann");
        ann.Join("coco");

        var error = ann.Ask<Error>(id => new Join(id, LikeCoco, PresenceMode.None, null, null));

        Assert.Equal(ErrorCode.BadName, error.Reason);
        Assert.Contains("the room coco", error.Text, StringComparison.Ordinal);
    }

    [Spec("CP-NAM-014")]
    [Fact]
    public void A_room_that_has_vanished_is_looked_like_no_more()
    {
        var ann = _bench.LogIn("ann");
        ann.Leave(ann.Join("coco").Room);

        Assert.Equal(LikeCoco, ann.Join(LikeCoco).Name);
    }

    [Fact]
    public void Names_of_the_same_scripts_never_wait_for_one_another_and_leave_no_trace()
    {
        var names = new LookAlikeIndex();
        var likeL = Enumerable.Range(0, 1 << 8).Select(i => string.Concat(Enumerable.Range(0, 8).Select(bit => (i >> bit & 1) == 0 ? 'l' : '1')) + "x").ToList();
        foreach (var name in likeL)
        {
            Assert.Null(names.Find(NameSkeletons.Of(name)));
            names.Add(name, NameSkeletons.Of(name));
        }
        Assert.NotNull(names.Find(NameSkeletons.Of("\u04c0\u04c0\u04c0\u04c0\u04c0\u04c0\u04c0\u04c0\u0445")));
        foreach (var name in likeL)
            names.Remove(NameSkeletons.Of(name));

        Assert.Null(names.Find(NameSkeletons.Of("\u04c0\u04c0\u04c0\u04c0\u04c0\u04c0\u04c0\u04c0\u0445")));
    }

    private void RestartWith(params (ulong Principal, string Name)[] stored)
    {
        foreach (var (principal, name) in stored)
            _bench.Log.AlterPrincipal(principal, record => record with { Name = name });
        _bench.Restart();
    }
}
