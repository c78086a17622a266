using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using ChatProtocol.Testing;
using Microsoft.Data.Sqlite;
using Xunit;
using static ChatProtocol.Tests.LogDatabase;

namespace ChatProtocol.Tests;

/// <summary>Accounts, tokens and invitations in the database.</summary>
public sealed class AccountLogTests : IDisposable
{
    private const ulong Ann = 100;
    private const ulong Bob = 101;
    private const ulong Eve = 102;

    private readonly LogDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void An_account_is_found_by_its_name_and_by_each_of_its_tokens_with_all_that_belongs_to_it()
    {
        _database.Write(Principal(Ann, "ann"), Principal(Bob, "bob"), Account(Ann, AccountRole.Admin), Token(1, Ann, "one", 7, 9), Token(2, Ann, "two"),
            new LogChange.Block(new BlockRecord(Ann, Bob, "bob")));

        foreach (var query in (DirectoryQuery[])[new DirectoryQuery.PrincipalNamed("ANN"), new DirectoryQuery.TokenHashed(HashOf("one")), new DirectoryQuery.TokenHashed(HashOf("two"))])
        {
            var found = _database.Find(query);
            Assert.Equal((Ann, true), (Assert.Single(found.Principals).Id, found.Principals[0].IsReferredTo));
            Assert.Equal("account 100 Admin a hash 800 False", Describe(Assert.Single(found.Accounts)));
            Assert.Equal(["1 7 9", "2"], found.Tokens.Select(token => string.Join(' ', [token.Number, .. token.Rooms])));
            Assert.Single(found.Blocks);
        }
        Assert.Empty(_database.Find(new DirectoryQuery.TokenHashed(HashOf("three"))).Principals);
        Assert.False(Assert.Single(_database.Find(new DirectoryQuery.PrincipalNamed("bob")).Principals).IsReferredTo);
    }

    [Spec("CP-ACC-031")]
    [Fact]
    public void Accounts_are_listed_in_pages_by_ascending_principal_without_guests()
    {
        _database.Write([.. Enumerable.Range(1, 30).Select(i => Principal((ulong)i, $"user-{i}")), .. Enumerable.Range(1, 10).Select(i => Account((ulong)i * 3)),
            Token(1, 3, "one")]);

        var page = _database.Find(new DirectoryQuery.AccountsBehind(3, 4));

        Assert.Equal([6ul, 9, 12, 15], page.Accounts.Select(account => account.Principal));
        Assert.Equal(["user-6", "user-9", "user-12", "user-15"], page.Principals.Select(principal => principal.Name));
        Assert.Empty(page.Tokens);
        Assert.Empty(_database.Find(new DirectoryQuery.AccountsBehind(30, 4)).Accounts);
    }

    [Spec("CP-ACC-009")]
    [Fact]
    public void An_account_that_a_name_could_be_mistaken_for_is_found_under_the_names_that_it_has_while_there_is_the_account()
    {
        using var writer = _database.Open();
        Write(writer, Principal(Ann, "ѕсоре"), Principal(Bob, "Ѕсоре"));
        Assert.Empty(_database.Find(new DirectoryQuery.PrincipalNamed("scope")).Principals);

        Write(writer, Account(Ann));
        // With everybody who holds the name, as the name is known then.
        Assert.Equal([Ann, Bob], _database.Find(new DirectoryQuery.PrincipalNamed("scope")).Principals.Select(one => one.Id));
        Assert.Equal([Ann], _database.Find(new DirectoryQuery.PrincipalNamed("scope")).Accounts.Select(one => one.Principal));

        Write(writer, Principal(Ann, "ann"));
        Assert.Empty(_database.Find(new DirectoryQuery.PrincipalNamed("scope")).Principals);
        Write(writer, Principal(Ann, "ѕсоре"));
        Assert.NotEmpty(_database.Find(new DirectoryQuery.PrincipalNamed("scope")).Principals);

        Write(writer, new LogChange.EndAccount(Ann));
        Assert.Empty(_database.Find(new DirectoryQuery.PrincipalNamed("scope")).Principals);
        Assert.Equal(0, _database.Ask("SELECT count(*) FROM account_look"));
    }

    [Spec("CP-ACC-009")]
    [Fact]
    public void An_account_of_other_scripts_is_found_however_many_of_the_same_scripts_look_like_the_name()
    {
        _database.Write([.. Enumerable.Range(0, 64).SelectMany(i => (LogChange[])
            [Principal(200 + (ulong)i, string.Concat(Enumerable.Range(0, 6).Select(bit => (i >> bit & 1) == 0 ? "rn" : "m"))), Account(200 + (ulong)i)]),
            Principal(Ann, "ѕсоре"), Account(Ann)]);

        Assert.Equal([Ann], _database.Find(new DirectoryQuery.PrincipalNamed("scope")).Principals.Select(one => one.Id));
        Assert.Equal([200ul], _database.Find(new DirectoryQuery.PrincipalNamed("rnrnrnrnrnrn")).Principals.Select(one => one.Id));
    }

    [Spec("CP-ACC-002")]
    [Fact]
    public void A_guest_that_becomes_an_account_is_led_to_by_its_former_key_no_more()
    {
        _database.Write(Principal(Ann, "ann", "a guest's"));
        _database.Write(Principal(Ann, "ann", "none"), Account(Ann));

        var (before, now) = (((LogChange.KeepPrincipal)Principal(Ann, "ann", "a guest's")).Record.KeyHash, Assert.Single(_database.Load(isWhole: true).Principals).KeyHash);

        Assert.NotEqual(before.ToArray(), now.ToArray());
    }

    [Spec("CP-ACC-020")]
    [Fact]
    public void An_account_that_ends_takes_its_tokens_and_invitations_along_and_nobody_elses()
    {
        _database.Write(Principal(Ann, "ann"), Principal(Bob, "bob"), Account(Ann), Account(Bob), Token(1, Ann, "one"), Token(2, Bob, "two"), Invitation(1, Ann, "three"), Invitation(2, Bob, "four"));
        _database.Write(new LogChange.EndAccount(Ann));

        var contents = _database.Load(isWhole: true);
        Assert.Equal([(Ann, false), (Bob, true)], contents.Principals.Select(one => (one.Id, one.IsReferredTo)));
        Assert.Equal((Bob, 2ul, 2ul), (contents.Accounts.Single().Principal, contents.Tokens.Single().Number, contents.Invitations.Single().Number));
        Assert.Empty(_database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))).Principals);
        Assert.Empty(_database.Find(new DirectoryQuery.PrincipalNamed("ann")).Accounts);
    }

    [Fact]
    public void A_token_whose_account_is_gone_is_not_stored()
    {
        _database.Write(Principal(Ann, "ann"), Account(Ann), Token(1, Ann, "one"), new LogChange.EndAccount(Ann), Token(1, Ann, "one"));

        Assert.Empty(_database.Load(isWhole: true).Tokens);
        Assert.Empty(_database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))).Principals);
    }

    [Spec("CP-ACC-014", "CP-ACC-017")]
    [Fact]
    public void A_number_of_a_token_or_an_invitation_is_never_given_twice()
    {
        _database.Write(Principal(Ann, "ann"), Account(Ann), Token(7, Ann, "one"), Invitation(4, Ann, "two"));
        _database.Write(new LogChange.EndToken(7), new LogChange.EndInvitation(4));
        Assert.Equal((8ul, 5ul), (_database.Load(isWhole: false).NextToken, _database.Load(isWhole: false).NextInvitation));

        _database.Write(Token(8, Ann, "three"), Invitation(5, Ann, "four"), new LogChange.EndAccount(Ann));
        Assert.Equal((9ul, 6ul), (_database.Load(isWhole: false).NextToken, _database.Load(isWhole: false).NextInvitation));
    }

    [Fact]
    public void A_start_finds_the_accounts_of_the_principals_that_it_knows_the_owners_and_every_invitation()
    {
        using (var writer = _database.Open())
        {
            var batch = new LogBatch();
            batch.Rooms.Add(new RoomRecord(3, RoomKind.Private, "", 77, 1, Ann, Bob));
            batch.Changes.AddRange([Principal(Ann, "ann"), Principal(Bob, "bob"), Principal(Eve, "eve"), Account(Ann), Account(Eve, AccountRole.Owner), Token(1, Ann, "one"), Token(2, Eve, "two"),
                new LogChange.LimitRoom(batch.Rooms[0] with { Keeps = new RetentionLimits(null, 5, null) }), Invitation(1, Eve, "three")]);
            writer.Write(batch);
        }
        var contents = _database.Load(isWhole: false);

        Assert.Equal([Ann, Bob], contents.Principals.Select(one => one.Id));
        Assert.Equal((Ann, 1ul, 1ul), (contents.Accounts.Single().Principal, contents.Tokens.Single().Number, contents.Invitations.Single().Number));
        Assert.Equal(1, contents.Owners);
        _database.Write(Account(Eve, AccountRole.Owner, isDisabled: true));
        Assert.Equal(0, _database.Load(isWhole: false).Owners);
    }

    [Fact]
    public void A_database_of_the_version_before_there_were_accounts_is_brought_up_to_date()
    {
        _database.Write(Principal(Ann, "ann"), Principal(Bob, "bob"));
        _database.Execute(OlderSchema.Eighth + "DROP TABLE account; DROP TABLE token; DROP TABLE invitation; DROP TABLE account_look; ALTER TABLE principal DROP COLUMN has_account; PRAGMA user_version = 7");

        var contents = _database.Load(isWhole: true);
        Assert.Equal([Ann, Bob], contents.Principals.Select(one => one.Id));
        Assert.Equal((0, 1ul, 1ul), (contents.Accounts.Count, contents.NextToken, contents.NextInvitation));
        Assert.False(_database.Load(isWhole: false).IsWhole);
        _database.Write(Account(Ann), Token(1, Ann, "one"));
        Assert.Equal(Ann, Assert.Single(_database.Find(new DirectoryQuery.TokenHashed(HashOf("one"))).Accounts).Principal);
    }

    [Fact]
    public void A_name_is_known_for_an_accounts_again_once_a_mended_database_is_indexed()
    {
        _database.Write(Principal(Ann, "ѕсоре"), Account(Ann), Principal(Bob, "bob"));
        _database.Execute("DELETE FROM account_look; DELETE FROM principal_key; DELETE FROM meta WHERE key LIKE 'indexed%'");
        Assert.True(_database.Load(isWhole: true).IsWhole);

        using (var connection = DatabaseConnection.Open(_database.Path, SqliteOpenMode.ReadWrite))
            Assert.False(IndexBackfill.Make(connection).HasMore);

        Assert.Equal([Ann], _database.Find(new DirectoryQuery.PrincipalNamed("scope")).Accounts.Select(one => one.Principal));
        Assert.Equal(1, _database.Ask("SELECT count(*) FROM account_look"));
    }

    [Spec("CP-ADM-009", "CP-ADM-011")]
    [Fact]
    public void A_backup_has_every_account_token_and_invitation_and_gives_no_number_of_theirs_again()
    {
        using var restored = new LogDatabase();
        _database.Write(Principal(Ann, "ann"), Account(Ann, AccountRole.Owner), Token(1, Ann, "one", 7), Token(2, Ann, "two"), Invitation(1, Ann, "three"), new LogChange.EndToken(2));
        using (var connection = DatabaseConnection.Open(_database.Path, SqliteOpenMode.ReadWrite))
            Assert.Null(LogBackup.Make(connection, restored.Path).Complaint);

        Assert.Equal(Describe(_database.Load(isWhole: true)), Describe(restored.Load(isWhole: true)));
        Assert.Equal(3ul, restored.Load(isWhole: false).NextToken);
        Assert.Equal(Ann, Assert.Single(restored.Find(new DirectoryQuery.TokenHashed(HashOf("one"))).Accounts).Principal);
    }

    [Spec("CP-ACC-008")]
    [Fact]
    public void The_hash_of_a_password_that_was_changed_or_whose_account_is_gone_is_in_the_file_no_more()
    {
        _database.Write(Principal(Ann, "ann"), Account(Ann, password: "the first hash"), Token(1, Ann, "one"));
        _database.Write(Account(Ann, password: "the second hash"));
        Assert.Equal((false, true), (IsInFile("the first hash"), IsInFile("the second hash")));
        Assert.True(IsInFile(HashOf("one")));

        _database.Write(new LogChange.EndAccount(Ann));
        Assert.Equal((false, false), (IsInFile("the second hash"), IsInFile(HashOf("one"))));
    }

    [Fact(Timeout = 120_000)]
    public Task A_start_and_a_look_up_cost_no_more_with_a_hundred_thousand_accounts_than_with_ten_thousand()
    {
        var costs = new List<(long Start, long Named, long Token, long Page)>();
        using (var writer = _database.Open())
            for (var (done, each) = (0, 10_000); done < 100_000; done += each)
            {
                Write(writer, [.. Enumerable.Range(1000 + done, each).SelectMany(i => (LogChange[])
                    [Principal((ulong)i, $"user-{i}"), Account((ulong)i, i % 10_000 == 0 ? AccountRole.Owner : AccountRole.Member), Token((ulong)i, (ulong)i, $"secret {i}")])]);
                if (done is 0 or 90_000)
                    costs.Add((Count(connection => new LogWriter(connection, LastSegmentMark.Read(_database.Path)).Load()),
                        Count(new DirectoryQuery.PrincipalNamed("user-5000")), Count(new DirectoryQuery.TokenHashed(HashOf("secret 5000"))), Count(new DirectoryQuery.AccountsBehind(4000, 100))));
            }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", costs));
        // Trees that are deeper by a page cost nothing here: steps of statements are counted.
        Assert.InRange(costs[1].Start, 1, costs[0].Start + 200);
        Assert.InRange(costs[1].Named, 1, costs[0].Named + 20);
        Assert.InRange(costs[1].Token, 1, costs[0].Token + 20);
        Assert.InRange(costs[1].Page, 1, costs[0].Page + 20);
        return Task.CompletedTask;
    }

    /// <summary>The fake log and the simulated one rely on the same image of the database.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_logs_in_memory_that_tests_use_answer_as_the_database_does(int seed)
    {
        var dice = new Random(seed);
        var image = new LogImage();
        var writer = _database.Open();
        try
        {
            for (var round = 0; round < 60; round++)
            {
                var batch = new LogBatch();
                var accounts = image.Load(isWhole: true).Accounts.Select(account => account.Principal).ToHashSet();
                var holders = image.Principals.Where(principal => principal.HoldsName).Select(principal => principal.Id).ToHashSet();
                for (var i = dice.Next(1, 8); i > 0; i--)
                    batch.Changes.AddRange(RandomChange(dice, accounts, holders));
                image.Apply(batch, []);
                writer.Write(batch);
                if (dice.Next(8) == 0)
                    image = image.Copy();
                if (dice.Next(8) == 0)
                {
                    writer.Dispose();
                    writer = _database.Open();
                }
                Assert.Equal(Describe(image.Load(isWhole: true)), Describe(writer.Load(isWhole: true)));
                using var reader = DirectoryReader.Open(_database.Path);
                foreach (var query in Queries())
                    Assert.Equal(Describe(image.Find(query)), Describe(reader.Find(query)));
            }
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static readonly string[] SomeNames = ["ann", "Ann", "scope", "ѕсоре", "Ѕсоре", "bob", "123"];

    private static IEnumerable<DirectoryQuery> Queries() =>
    [
        .. SomeNames.Select(name => new DirectoryQuery.PrincipalNamed(name)), .. Enumerable.Range(0, 12).Select(i => new DirectoryQuery.TokenHashed(HashOf($"secret {i}"))),
        new DirectoryQuery.AccountsBehind(0, 3), new DirectoryQuery.AccountsBehind(103, 100), new DirectoryQuery.PrincipalsBehind(0, 100),
    ];

    /// <summary>A change, or two that go together, which keeps the contract of the log.</summary>
    private static LogChange[] RandomChange(Random dice, HashSet<ulong> accounts, HashSet<ulong> holders)
    {
        var (id, number) = (100 + (ulong)dice.Next(6), (ulong)dice.Next(1, 12));
        switch (dice.Next(12))
        {
            case < 3:
                var holdsName = accounts.Contains(id) || dice.Next(4) > 0;
                _ = holdsName ? holders.Add(id) : holders.Remove(id);
                return [Principal(id, dice.GetItems(SomeNames, 1)[0], $"key {dice.Next(3)}", holdsName)];
            case < 6 when holders.Contains(id):
                accounts.Add(id);
                return [Account(id, (AccountRole)dice.Next(1, 4), $"hash {dice.Next(100)}", dice.Next(3) == 0)];
            case 6:
                accounts.Remove(id);
                return [new LogChange.EndAccount(id)];
            case 7 when !accounts.Contains(id):
                holders.Remove(id);
                return [new LogChange.EndPrincipal(id)];
            case 8:
                return [new LogChange.EndToken(number)];
            case 9:
                return [dice.Next(2) == 0 ? new LogChange.EndInvitation(number) : Invitation(number, id, $"secret {number}", dice.Next(1, 9))];
            default:
                return [Token(number, id, $"secret {number}", [.. Enumerable.Range(0, dice.Next(3)).Select(room => (ulong)room + 2)])];
        }
    }

    private bool IsInFile(string text)
    {
        using (var connection = DatabaseConnection.Open(_database.Path, SqliteOpenMode.ReadWrite))
            Assert.True(new WalCheckpoints(connection).TryEmpty());
        return Directory.GetFiles(Path.GetDirectoryName(_database.Path)!).Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
    }

    private long Count(DirectoryQuery query) => Count(connection => new DirectoryReader(connection, new DatabaseTables(connection)).Find(query));

    /// <summary>How many steps SQLite takes for some work.</summary>
    private long Count(Action<DatabaseConnection> work)
    {
        using var connection = DatabaseConnection.Open(_database.Path, SqliteOpenMode.ReadWrite);
        var steps = 0L;
        SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, 1, _ =>
        {
            steps++;
            return 0;
        }, null);
        work(connection);
        return steps;
    }
}
