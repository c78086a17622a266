using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The index by which rooms and principals are looked up, in databases of this version and in those of earlier ones.</summary>
public sealed class DirectoryIndexTests : IDisposable
{
    private const ulong Ann = 100;
    private const ulong Bob = 101;

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("chat.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_start_reads_none_of_the_rooms_but_those_with_limits()
    {
        using (var writer = Open())
        {
            var batch = new LogBatch();
            for (var i = 2ul; i < 50; i++)
                AddRoom(batch, Public(i, $"room-{i}"));
            AddRoom(batch, new RoomRecord(60, RoomKind.Private, "", 77, 1, Ann, Bob));
            batch.Changes.Add(new LogChange.LimitRoom(Public(7, "room-7") with { Keeps = new RetentionLimits(null, 5, null) }));
            Add(batch, Ann, "ann");
            Add(batch, Bob, "bob");
            writer.Write(batch);
        }
        using var again = Open();
        var contents = again.Load();

        Assert.False(contents.IsWhole);
        Assert.Equal([7ul], contents.Rooms.Select(room => room.Id));
        Assert.Empty(contents.Principals);
        Assert.Equal((49ul, Bob + 1, 1000L), (contents.RoomCount, contents.NextPrincipal, contents.NewestTime));
    }

    [Fact]
    public void A_room_is_found_with_its_principals_and_those_with_what_belongs_to_them()
    {
        using var writer = Open();
        var batch = new LogBatch();
        AddRoom(batch, Public(2, "tea") with { Creator = Ann });
        AddRoom(batch, new RoomRecord(3, RoomKind.Private, "", 77, 1, Ann, Bob));
        Add(batch, Ann, "ann");
        Add(batch, Bob, "bob");
        batch.Changes.Add(new LogChange.Block(new BlockRecord(Ann, Bob, "robert")));
        batch.Changes.Add(new LogChange.KeepPublisher(new PublisherRecord(Ann, new byte[16], 2, 1, 500, new byte[24])));
        writer.Write(batch);
        using var reader = DirectoryReader.Open(Database);

        foreach (var query in (DirectoryQuery[])[new DirectoryQuery.Room(3), new DirectoryQuery.RoomBetween(Ann, Bob)])
        {
            var found = reader.Find(query);
            Assert.Equal((3ul, 1ul), (Assert.Single(found.Rooms).Id, found.Rooms[0].Head));
            Assert.Equal([(Ann, 1, true), (Bob, 0, true)], found.Principals.Select(one => (one.Id, one.CreatedRooms, one.IsReferredTo)));
            Assert.Equal(new BlockRecord(Ann, Bob, "bob"), Assert.Single(found.Blocks));
            Assert.Equal(2ul, Assert.Single(found.Publishers).Room);
        }
        Assert.Equal(Ann, Assert.Single(reader.Find(new DirectoryQuery.PrincipalNamed("ANN")).Principals).Id);
        Assert.Empty(reader.Find(new DirectoryQuery.Room(4)).Rooms);
        Assert.Equal((Ann, 500L), (reader.Find(new DirectoryQuery.PrincipalsBehind(0, 1)).Uses.Single().Principal, reader.Find(new DirectoryQuery.PrincipalsBehind(0, 1)).Uses.Single().LastUsed));
    }

    [Fact]
    public void A_name_is_found_where_it_is_now_and_no_more_where_it_was()
    {
        using var writer = Open();
        Write(writer, batch => Add(batch, Ann, "ann"));
        Write(writer, batch => Add(batch, Ann, "anna"));
        Write(writer, batch => Add(batch, Bob, "ann"));
        using var reader = DirectoryReader.Open(Database);
        Assert.Equal(Bob, Assert.Single(reader.Find(new DirectoryQuery.PrincipalNamed("ann")).Principals).Id);

        Write(writer, batch => Add(batch, Ann, "anna", holdsName: false));
        Write(writer, batch => batch.Changes.Add(new LogChange.EndPrincipal(Bob)));
        Assert.Empty(reader.Find(new DirectoryQuery.PrincipalNamed("ann")).Principals);
        Assert.Empty(reader.Find(new DirectoryQuery.PrincipalNamed("anna")).Principals);
        Assert.Equal(0, Rows("principal_key"));
    }

    [Spec("CP-NAM-014")]
    [Fact]
    public void A_room_that_looks_like_a_name_is_found_however_many_of_the_same_scripts_do()
    {
        using var writer = Open();
        Write(writer, batch =>
        {
            // Latin, which may stand side by side.
            for (var i = 0; i < 256; i++)
                AddRoom(batch, Public(2 + (ulong)i, string.Concat(Enumerable.Range(0, 8).Select(bit => (i >> bit & 1) == 0 ? "rn" : "m"))));
            AddRoom(batch, Public(900, "ѕсоре"));
        });
        using var reader = DirectoryReader.Open(Database);

        Assert.Equal([900ul], reader.Find(new DirectoryQuery.RoomNamed("scope")).Rooms.Select(room => room.Id));
        Assert.Equal([2ul], reader.Find(new DirectoryQuery.RoomNamed("RNRNRNRNRNRNRNRN")).Rooms.Select(room => room.Id));
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void A_room_that_is_removed_is_found_no_more_and_takes_what_publishers_have_of_it_along()
    {
        using var writer = Open();
        Write(writer, batch =>
        {
            AddRoom(batch, Public(2, "tea"));
            AddRoom(batch, Public(3, "milk"));
            for (var i = 0; i < 300; i++)
                foreach (var room in (ulong[])[2, 3])
                    batch.Changes.Add(new LogChange.KeepPublisher(new PublisherRecord((ulong)(1000 + i), new byte[16], room, 1, 500, new byte[24])));
        });
        using var reader = DirectoryReader.Open(Database);
        var removal = new LogChange.RemoveRoom(2);
        Write(writer, batch => batch.Changes.Add(removal));
        Assert.True(removal.HasMore);
        Assert.Empty(reader.Find(new DirectoryQuery.RoomNamed("tea")).Rooms);

        Write(writer, batch => batch.Changes.Add(removal));
        Assert.False(removal.HasMore);
        Assert.Equal((300L, 300L), (Rows("publisher"), Rows("publisher_of")));
        Assert.Equal([3ul], reader.Find(new DirectoryQuery.RoomsSeenBy(Ann, 0, 10)).Rooms.Select(room => room.Id));
    }

    [Spec("CP-ROM-010", "CP-ROM-017")]
    [Fact]
    public void A_list_of_a_hundred_thousand_rooms_comes_in_pages_with_the_private_ones_of_its_reader_alone()
    {
        const int Rooms = 100_000;
        using var writer = Open();
        for (var done = 0; done < Rooms; done += 10_000)
            Write(writer, batch =>
            {
                for (var id = (ulong)done + 2; id < (ulong)done + 10_002; id++)
                    AddRoom(batch, id % 100 == 0 ? new RoomRecord(id, RoomKind.Private, "", 77, 1, id % 1000 == 0 ? Ann : Bob, 5000 + id) : Public(id, $"room-{id}"));
            });
        using var reader = DirectoryReader.Open(Database);
        var seen = new List<ulong>();
        for (var after = 0ul; ; after = seen[^1])
        {
            var page = reader.Find(new DirectoryQuery.RoomsSeenBy(Ann, after, 501)).Rooms;
            if (page.Count == 0)
                break;
            Assert.InRange(page.Count, 1, 501);
            seen.AddRange(page.Select(room => room.Id));
        }

        Assert.Equal(Enumerable.Range(2, Rooms).Select(id => (ulong)id).Where(id => id % 100 != 0 || id % 1000 == 0), seen);
    }

    [Fact]
    public void A_database_of_an_earlier_version_is_read_whole_until_it_is_indexed_while_the_server_goes_on()
    {
        const int Each = 1500;
        using (var writer = Open())
            Write(writer, batch =>
            {
                for (var i = 0ul; i < Each; i++)
                {
                    Add(batch, 100 + i, $"user-{i}");
                    AddRoom(batch, Public(2 + i, $"room-{i}") with { Creator = 100 + i });
                    batch.Changes.Add(new LogChange.KeepPublisher(new PublisherRecord(100 + i, new byte[16], 2 + i, 1, 500, new byte[24])));
                }
            });
        var wanted = Index();
        Execute(OlderSchema.Eighth + "DROP TABLE room_key; DROP TABLE room_of; DROP TABLE principal_key; DROP TABLE publisher_of; DROP TABLE account; DROP TABLE token; DROP TABLE invitation; DROP TABLE account_look; ALTER TABLE principal DROP COLUMN has_account; DELETE FROM meta WHERE key LIKE 'indexed%'; PRAGMA user_version = 6");

        using (var writer = Open())
        {
            var contents = writer.Load();
            Assert.True(contents.IsWhole);
            Assert.Equal((Each, Each), (contents.Rooms.Count, contents.Principals.Count));
            Assert.All(contents.Principals, principal => Assert.Equal(1, principal.CreatedRooms));

            // Somebody is renamed who is indexed, and somebody who is not yet; what is new is found at once.
            using var connection = DatabaseConnection.Open(Database, SqliteOpenMode.ReadWrite);
            Write(writer, batch => Add(batch, 100 + Each - 1, "renamed"));
            while (IndexBackfill.Make(connection).HasMore)
                Write(writer, batch => Add(batch, 100, "renamed too"));
            Write(writer, batch => Add(batch, 100 + Each - 1, $"user-{Each - 1}"));
            Write(writer, batch => Add(batch, 100, "user-0"));
        }
        Assert.Equal(wanted, Index());
        using var again = Open();
        Assert.False(again.Load().IsWhole);
    }

    [Fact]
    public void A_damaged_record_that_a_start_does_not_read_is_met_when_it_is_wanted_and_by_the_start_after_that()
    {
        const ulong Many = 6000;
        using (var writer = Open())
            Write(writer, batch =>
            {
                for (var i = 0ul; i < Many; i++)
                    Add(batch, 100 + i, $"user-{i}");
            });
        Execute($"UPDATE principal SET last_seen = 901 WHERE id = {100 + Many - 1}");
        using (Open())
        using (var reader = DirectoryReader.Open(Database))
        {
            Assert.Throws<DamagedRowException>(() => reader.Find(new DirectoryQuery.PrincipalNamed($"user-{Many - 1}")));
            Assert.Single(reader.Find(new DirectoryQuery.PrincipalNamed("user-0")).Principals);
        }

        DamageMark.Raise(Database);
        using var suspect = DatabaseOpener.Open(Database).Writer;
        Assert.Throws<DamagedRowException>(() => suspect.Load());
    }

    private LogWriter Open()
    {
        var writer = DatabaseOpener.Open(Database).Writer;
        writer.Load();
        return writer;
    }

    private static void Write(LogWriter writer, Action<LogBatch> fill)
    {
        var batch = new LogBatch();
        fill(batch);
        writer.Write(batch);
    }

    private static RoomRecord Public(ulong id, string name) => new(id, RoomKind.Public, name, 77, 1, 50, 0);

    /// <summary>A room with one entry.</summary>
    private static void AddRoom(LogBatch batch, RoomRecord room)
    {
        batch.Rooms.Add(room);
        var open = new OpenSegment(room.Id);
        open.Add(1, 1000, new Principal(100, new UserName("ann"), new byte[32], Role.Guest), "hello", null, batch.Segments);
        batch.Segments.Add(open.Seal());
    }

    private static void Add(LogBatch batch, ulong id, string name, bool holdsName = true) =>
        batch.Changes.Add(new LogChange.KeepPrincipal(new PrincipalRecord(id, name, new byte[32], 900, holdsName)));

    private long Rows(string table)
    {
        using var connection = DatabaseConnection.Open(Database, SqliteOpenMode.ReadOnly);
        return (long)connection.Ask($"SELECT count(*) FROM {table}")!;
    }

    private void Execute(string sql)
    {
        using var connection = DatabaseConnection.Open(Database, SqliteOpenMode.ReadWrite);
        connection.Execute(sql);
    }

    /// <summary>All that things are looked up by.</summary>
    private List<string> Index()
    {
        using var connection = DatabaseConnection.Open(Database, SqliteOpenMode.ReadOnly);
        var all = new List<string>();
        foreach (var select in (string[])["SELECT hash || ' ' || scripts || ' ' || room FROM room_key ORDER BY 1", "SELECT principal || ' ' || kind || ' ' || room FROM room_of ORDER BY 1",
            "SELECT hash || ' ' || principal FROM principal_key ORDER BY 1", "SELECT room || ' ' || principal || ' ' || hex(id) FROM publisher_of ORDER BY 1", "SELECT hash || ' ' || scripts || ' ' || principal FROM account_look ORDER BY 1"])
        {
            using var statement = connection.Prepare(select);
            using var rows = statement.Read();
            while (rows.Read())
                all.Add(rows.GetString(0));
        }
        return all;
    }
}
