using System.Text;
using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Tokens: what programs log in by.</summary>
public sealed class TokenTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;

    public TokenTests() => _ann = _bench.LogInAs("ann", AccountRole.Member);

    [Spec("CP-ACC-004", "CP-ACC-008", "CP-ACC-012")]
    [Fact]
    public void A_token_logs_in_as_its_account_also_after_a_restart_and_is_not_stored_itself()
    {
        var token = _ann.CreateToken(TokenScopes.Read);
        Assert.Matches("^chat_t_[0-9A-Za-z]{49}$", Encoding.ASCII.GetString(token.Secret.Span));
        Assert.Equal((ulong)HubBench.Begin + 90ul * 24 * 3600 * 1000, token.Expires);
        Assert.Equal(_ann.Principal, _bench.LogInByToken(token.Secret).Principal);
        _bench.Restart();

        Assert.Equal(_ann.Principal, _bench.LogInByToken(token.Secret).Principal);
        Assert.Equal(SecretCode.HashOf(token.Secret.Span), Assert.Single(_bench.Log.Tokens).Hash);
    }

    [Spec("CP-ACC-007")]
    [Fact]
    public void A_token_that_is_unknown_over_or_revoked_is_refused_in_the_same_words_and_one_that_was_cut_is_told_so()
    {
        var (over, revoked) = (_ann.Ask<TokenMade>(id => new CreateToken(id, "short", 1, [], 1000)), _ann.CreateToken(TokenScopes.Read));
        _ann.Ask<Ok>(id => new RevokeToken(id, revoked.Token, null));
        _bench.Pass(TimeSpan.FromSeconds(2));
        var unknown = SecretCode.Make(Secrets.TokenPrefix, new byte[SecretCode.Size]);

        var answers = ((ReadOnlyMemory<byte>[])[over.Secret, revoked.Secret, unknown]).Select(secret => _bench.Greet().Ask<Error>(id => HubClient.TokenLogin(id, secret))).ToList();
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(ErrorCode.LoginFailed, answers[0].Reason);
        var cut = _bench.Greet().Ask<Error>(id => HubClient.TokenLogin(id, over.Secret[..^1]));
        Assert.Equal(ErrorCode.LoginFailed, cut.Reason);
        Assert.Contains("wrong form", cut.Text, StringComparison.Ordinal);
    }

    [Spec("CP-ACC-014", "CP-ACC-021")]
    [Fact]
    public void A_revoked_token_ends_its_sessions_before_the_answer_and_no_others()
    {
        var token = _ann.CreateToken(TokenScopes.Read);
        var other = _bench.LogInByToken(_ann.CreateToken(TokenScopes.Read).Secret);
        var bots = Enumerable.Range(0, 5).Select(_ => _bench.LogInByToken(token.Secret)).ToList();

        _ann.Ask<Ok>(id => new RevokeToken(id, token.Token, null));

        Assert.All(bots, bot => Assert.Equal((true, ByeCode.SignedOut), (bot.IsClosed, ((Bye)bot.Last).Why)));
        Assert.Equal((false, false), (other.IsClosed, _ann.IsClosed));
        Assert.Equal(ErrorCode.NoSuchToken, _ann.Refused(id => new RevokeToken(id, token.Token, null)));
    }

    [Spec("CP-ACC-014", "CP-ACC-022")]
    [Fact]
    public void A_token_of_any_scope_may_ask_whose_it_is_and_revoke_itself_and_no_other()
    {
        var (token, other) = (_ann.CreateToken(TokenScopes.Observe), _ann.CreateToken(TokenScopes.Observe));
        var bot = _bench.LogInByToken(token.Secret);
        Assert.Equal("ann", bot.Ask<AccountInfo>(id => new Account(id, null)).Name);
        Assert.Equal(ErrorCode.Denied, bot.Refused(id => new RevokeToken(id, other.Token, null)));
        bot.Ask<Ok>(id => new RevokeToken(id, token.Token, null));
        Assert.Equal((true, ByeCode.SignedOut), (bot.IsClosed, ((Bye)bot.Last).Why));
        Assert.Equal(ErrorCode.LoginFailed, _bench.Greet().Refused(id => HubClient.TokenLogin(id, token.Secret)));
    }

    [Spec("CP-ACC-014")]
    [Fact]
    public void A_token_whose_revocation_could_not_be_stored_is_good_as_before()
    {
        var token = _ann.CreateToken(TokenScopes.Read);
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _ann.Refused(id => new RevokeToken(id, token.Token, null)));
        Assert.Equal(ErrorCode.LogUnavailable, _ann.Refused(id => new CreateToken(id, "lost", 1, [], null)));
        _bench.LosesBatches = false;
        _bench.LogInByToken(token.Secret);
        Assert.Equal([token.Token], _ann.Ask<TokenList>(id => new Tokens(id, 0, null)).Items.Select(item => item.Token));
    }

    [Spec("CP-ACC-013")]
    [Fact]
    public void Tokens_are_listed_with_what_they_are_for_and_the_day_of_their_last_use()
    {
        var room = _ann.Join("tea").Room;
        var token = _ann.Ask<TokenMade>(id => new CreateToken(id, "build bot", 3, [new TokenRoom(room)], 86_400_000));
        _bench.LogInByToken(token.Secret);
        _bench.Settle();

        var item = Assert.Single(_ann.Ask<TokenList>(id => new Tokens(id, 0, null)).Items);
        const ulong Day = 86_400_000;
        Assert.Equal(new TokenListItem(token.Token, "build bot", 3, 1, HubBench.Begin, HubBench.Begin + Day, HubBench.Begin / Day * Day), item);
        Assert.Equal(item, Assert.Single(_bench.LogInAdmin().Ask<TokenList>(id => new Tokens(id, 0, "ann")).Items));
        Assert.Empty(_ann.Ask<TokenList>(id => new Tokens(id, token.Token, null)).Items);
    }

    [Spec("CP-ACC-012")]
    [Fact]
    public void What_no_token_can_be_is_refused()
    {
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new CreateToken(id, "none", 0, [], null)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new CreateToken(id, "unknown", 512, [], null)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new CreateToken(id, "no time", 1, [], 0)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new CreateToken(id, "for ever", 1, [], Limits.MaxInteger)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new CreateToken(id, "rooms", 1, [.. Enumerable.Repeat(new TokenRoom(1), 101)], null)));
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new CreateToken(id, "no room", 1, [new TokenRoom(999)], null)));
        for (var i = 0; i < 100; i++)
            _ann.CreateToken(TokenScopes.Read);
        Assert.Equal(ErrorCode.TooMany, _ann.Refused(id => new CreateToken(id, "one more", 1, [], null)));
    }

    [Spec("CP-ACC-022")]
    [Fact]
    public void A_token_for_one_room_knows_no_other()
    {
        var tea = _ann.Join("tea");
        var coffee = _ann.Join("coffee");
        _bench.LogIn("bob");
        var dm = _ann.Open("@bob");
        _ann.Say(coffee.Room, "secret");
        var bot = _bench.LogInByToken(_ann.CreateToken(TokenScopes.Read | TokenScopes.Post, tea.Room).Secret, inbox: true);

        Assert.Equal(tea.Room, bot.Join("tea").Room);
        bot.Say(tea.Room, "hello");
        Assert.All((Func<ulong, Request>[])
        [
            id => new Join(id, "coffee", PresenceMode.None, null, null), id => new Open(id, "coffee", true), id => new Open(id, "@bob", true), id => new Open(id, "new", true),
            id => new Post(id, coffee.Room, "hello", null), id => new History(id, coffee.Room, 1, null, 10), id => new Members(id, coffee.Room, 0), id => new Post(id, dm.Room, "hello", null),
        ], request => Assert.Equal(ErrorCode.NoSuchRoom, bot.Refused(request)));
        Assert.Equal([tea.Room], bot.Ask<RoomList>(id => new Rooms(id, 0)).Items.Select(item => item.Room));
        _ann.Say(dm.Room, "for bob alone");
        Assert.Empty(bot.Entries(dm.Room));
        _bench.Restart();
        var again = _bench.LogInByPassword("ann");
        Assert.Equal(3, again.Ask<RoomList>(id => new Rooms(id, 0)).Items.Count(item => item.Room != 1));
    }

    [Spec("CP-ACC-022", "CP-ACC-034")]
    [Fact]
    public void A_token_of_a_demoted_admin_may_no_more_than_a_member()
    {
        var boss = _bench.LogInAs("boss", AccountRole.Admin);
        var bot = _bench.LogInByToken(boss.CreateToken(TokenScopes.All).Secret);
        bot.Ask<SessionList>(id => new Sessions(id, 0));
        _bench.LogInAdmin().Ask<Ok>(id => new ChangeAccount(id, "boss", (ulong)AccountRole.Member, null, null));

        Assert.Equal(ErrorCode.Denied, bot.Refused(id => new Sessions(id, 0)));
        Assert.Equal(ErrorCode.Denied, boss.Refused(id => new Kick(id, null, "ann", "")));
        bot.Join("lobby");
    }
}
