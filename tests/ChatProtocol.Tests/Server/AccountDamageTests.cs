using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;
using static ChatProtocol.Tests.LogDatabase;

namespace ChatProtocol.Tests;

/// <summary>Accounts, tokens and invitations that are not as they were stored: nobody is let in by them, or gets a name.</summary>
public sealed class AccountDamageTests : IDisposable
{
    private const int PageSize = 16 * 1024;
    private const ulong Ann = 100;
    private const ulong Bob = 101;
    private const ulong Guest = 102;

    private readonly LogDatabase _database = new();

    public AccountDamageTests() => _database.Write(Principal(Ann, "ѕсоре"), Account(Ann, AccountRole.Admin, isDisabled: true), Token(1, Ann, "one", 7), Token(2, Ann, "two"), Invitation(1, Ann, "three"),
        Principal(Bob, "bob"), Account(Bob, AccountRole.Owner), Token(3, Bob, "four"), Invitation(2, Bob, "five"), Principal(Guest, "guest"));

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("UPDATE account SET role = 3 WHERE principal = 100")]
    [InlineData("UPDATE account SET password = x'00' WHERE principal = 100")]
    [InlineData("UPDATE account SET password = 'text' WHERE principal = 100")]
    [InlineData("UPDATE account SET disabled = 0 WHERE principal = 100")]
    [InlineData("UPDATE account SET made = 801 WHERE principal = 100")]
    [InlineData("UPDATE account SET crc = crc + 1 WHERE principal = 100")]
    [InlineData("UPDATE account SET principal = 102 WHERE principal = 100")]
    [InlineData("UPDATE account SET principal = 999 WHERE principal = 100")]
    [InlineData("DELETE FROM account WHERE principal = 100")]
    public void An_account_that_is_damaged_or_lost_refuses_the_start_and_is_locked_with_its_name_where_the_loss_is_accepted(string damage)
    {
        _database.Execute(damage);
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.PrincipalNamed("ѕсоре")));
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.PrincipalNamed("scope")));
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))));
        Assert.Single(_database.Find(new DirectoryQuery.PrincipalNamed("bob")).Accounts);
        var refusal = DatabaseOpener.Explain(_database.Path, Assert.Throws<DamagedRowException>(() => _database.Open())).Message;
        Assert.Contains("the account of principal", refusal, StringComparison.Ordinal);
        Assert.Contains("locks it, until it is given a password", refusal, StringComparison.Ordinal);

        _database.Open(acceptsLoss: true).Dispose();

        foreach (var query in (DirectoryQuery[])[new DirectoryQuery.PrincipalNamed("ѕсоре"), new DirectoryQuery.PrincipalNamed("scope"), new DirectoryQuery.TokenHashed(HashOf("one"))])
        {
            var found = _database.Find(query);
            Assert.Equal((Ann, true, true), Assert.Single(found.Principals) is var ann ? (ann.Id, ann.HoldsName, ann.IsReferredTo) : default);
            Assert.Equal("account 100 Member  0 True", Describe(Assert.Single(found.Accounts)));
            Assert.Equal([1ul, 2], found.Tokens.Select(token => token.Number));
        }
        Assert.Equal([Ann, Bob], _database.Load(isWhole: true).Accounts.Select(account => account.Principal));
        Assert.Equal("account 101 Owner a hash 800 False", Describe(_database.Load(isWhole: true).Accounts[1]));
        Assert.Empty(_database.Find(new DirectoryQuery.PrincipalNamed("guest")).Accounts);

        // An admin unlocks it, and that is all.
        _database.Write(Account(Ann, AccountRole.Admin, "another hash"));
        Assert.Equal("account 100 Admin another hash 800 False", Describe(Assert.Single(_database.Find(new DirectoryQuery.PrincipalNamed("ѕсоре")).Accounts)));
    }

    [Theory]
    [InlineData("has_account = 0")]
    [InlineData("has_account = 0, key_hash = zeroblob(32)")]
    [InlineData("name = 'ann'")]
    [InlineData("key_hash = zeroblob(32)")]
    public void An_account_whose_principal_is_damaged_refuses_the_start_and_goes_with_it_where_the_loss_is_accepted(string damage)
    {
        _database.Execute($"UPDATE principal SET {damage} WHERE id = 100");
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.PrincipalNamed("ѕсоре")));
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))));
        Assert.Contains("the record of principal 100", Assert.Throws<DamagedRowException>(() => _database.Open()).Message, StringComparison.Ordinal);

        _database.Open(acceptsLoss: true).Dispose();

        var contents = _database.Load(isWhole: true);
        Assert.Equal((Bob, 3ul, 2ul), (contents.Accounts.Single().Principal, contents.Tokens.Single().Number, contents.Invitations.Single().Number));
        Assert.Empty(_database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))).Principals);
        Assert.Equal((1L, 0L), (_database.Ask("SELECT count(*) FROM account_look WHERE principal = 101"), _database.Ask("SELECT count(*) FROM account_look WHERE principal = 100")));
    }

    [Theory]
    [InlineData("scopes = 127")]
    [InlineData("principal = 101")]
    [InlineData("rooms = x''")]
    [InlineData("rooms = 'text'")]
    [InlineData("expires = 9000000000000")]
    [InlineData("used = 801")]
    [InlineData("label = 'other'")]
    [InlineData("crc = crc + 1")]
    [InlineData("id = 4")]
    public void A_damaged_token_lets_nobody_in_refuses_the_start_and_is_gone_where_the_loss_is_accepted(string damage)
    {
        _database.Execute($"UPDATE token SET {damage} WHERE id = 1");
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))));
        Assert.Contains("token ", Assert.Throws<DamagedRowException>(() => _database.Open()).Message, StringComparison.Ordinal);

        _database.Open(acceptsLoss: true).Dispose();

        Assert.Empty(_database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))).Principals);
        Assert.Equal("account 100 Admin a hash 800 True", Describe(Assert.Single(_database.Find(new DirectoryQuery.TokenHashed(HashOf("two"))).Accounts)));
        Assert.Equal([2ul, 3], _database.Load(isWhole: true).Tokens.Select(token => token.Number));
    }

    [Theory]
    [InlineData("role = 3")]
    [InlineData("uses = 1000")]
    [InlineData("expires = 9000000000000")]
    [InlineData("made_by = 101")]
    [InlineData("hash = 'other'")]
    [InlineData("crc = crc + 1")]
    public void A_damaged_invitation_refuses_the_start_and_is_gone_where_the_loss_is_accepted(string damage)
    {
        _database.Execute($"UPDATE invitation SET {damage} WHERE id = 1");
        Assert.Contains("invitation 1", Assert.Throws<DamagedRowException>(() => _database.Open()).Message, StringComparison.Ordinal);

        _database.Open(acceptsLoss: true).Dispose();

        Assert.Equal(2ul, Assert.Single(_database.Load(isWhole: false).Invitations).Number);
    }

    [Fact]
    public void A_damaged_number_goes_on_behind_those_that_are_known()
    {
        _database.Execute("UPDATE meta SET value = 1 WHERE key IN ('next_token', 'next_invitation')");
        Assert.Throws<DamagedRowException>(() => _database.Open());

        _database.Open(acceptsLoss: true).Dispose();

        Assert.Equal((4ul, 3ul), (_database.Load(isWhole: false).NextToken, _database.Load(isWhole: false).NextInvitation));
    }

    [Fact]
    public void A_page_of_accounts_that_is_garbage_refuses_the_start_and_locks_them_where_the_loss_is_accepted()
    {
        var page = _database.Ask("SELECT rootpage FROM sqlite_schema WHERE name = 'account'");
        using (var file = new FileStream(_database.Path, FileMode.Open))
        {
            file.Position = (page - 1) * PageSize;
            file.Write(Enumerable.Repeat((byte)0xA5, PageSize).ToArray());
        }
        Assert.Contains("the table 'account'", Assert.Throws<ServerException>(() => _database.Open()).Message, StringComparison.Ordinal);

        _database.Open(acceptsLoss: true).Dispose();

        var contents = _database.Load(isWhole: true);
        Assert.Equal(["account 100 Member  0 True", "account 101 Member  0 True"], contents.Accounts.Select(Describe));
        Assert.Equal((3, 0), (contents.Tokens.Count, contents.Owners));
    }

    [Fact]
    public void A_damaged_account_beyond_those_that_a_start_checks_is_met_when_it_is_wanted_and_by_the_start_after_that()
    {
        const ulong Many = 6000;
        _database.Write([.. Enumerable.Range(1000, (int)Many).SelectMany(i => (LogChange[])[Principal((ulong)i, $"user-{i}"), Account((ulong)i)])]);
        _database.Execute("DELETE FROM account WHERE principal = 6999; UPDATE account SET role = 3 WHERE principal = 6998");
        _database.Open().Dispose();
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.PrincipalNamed("user-6999")));
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.PrincipalNamed("user-6998")));
        Assert.Throws<DamagedRowException>(() => _database.Find(new DirectoryQuery.AccountsBehind(6900, 200)));
        Assert.Single(_database.Find(new DirectoryQuery.PrincipalNamed("user-6997")).Accounts);

        DamageMark.Raise(_database.Path);
        Assert.Throws<DamagedRowException>(() => _database.Open());
    }
}
