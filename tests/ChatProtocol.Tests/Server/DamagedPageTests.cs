using System.Buffers.Binary;
using System.Globalization;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// A byte that flips anywhere in the database: what is whole is served and written on, what is not is missing by itself, or
/// the start is refused with a way out. <c>CHAT_FLIPS=200</c> flips so many in each page.
/// </summary>
public sealed class DamagedPageTests : IDisposable
{
    private const int PageSize = 16 * 1024;
    private const int Small = 1700;
    private const ulong Tea = 2;
    private const ulong Gone = 3;
    private const ulong Private = 4;

    private static readonly int Flips = int.Parse(Environment.GetEnvironmentVariable("CHAT_FLIPS") ?? "2", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<(ulong Room, ulong Seq), string> _said = [];
    private readonly byte[] _sound;
    private readonly byte[] _mark;
    private readonly StartupContents _contents;
    private readonly List<string> _publishers;

    public DamagedPageTests()
    {
        Fill();
        _sound = File.ReadAllBytes(Database);
        _mark = File.ReadAllBytes(Database + "-mark");
        using var writer = DatabaseOpener.Open(Database).Writer;
        _contents = Load(writer);
        _publishers = [.. PublishersOf(_contents)];
    }

    private string Database => _folder.File("chat.db");

    public void Dispose() => _folder.Dispose();

    [Spec("CP-DEL-025", "CP-DEL-026", "CP-MSG-006")]
    [Fact]
    public void A_byte_that_flips_in_any_page_costs_what_it_hit_or_the_start_says_what_to_do()
    {
        var random = new Random(11);
        var kinds = new SortedDictionary<byte, int>();
        var (refused, served) = (0, 0);
        for (var page = 0; page < _sound.Length / PageSize; page++)
        {
            var kind = _sound[page * PageSize + (page == 0 ? 100 : 0)];
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            for (var flip = 0; flip < Flips + (page == 0 ? 100 : 0); flip++)
            {
                // The headers of pages, and of the file, are small and matter most: every other flip is in one.
                var at = flip % 2 == 0 ? random.Next(page == 0 ? 112 : 24) : random.Next(PageSize);
                var mask = (byte)random.Next(1, 256);
                var where = $"page {page + 1} of kind {kind}, byte {at}, mask {mask:x2}";
                Put(page, at, mask);
                if (Refusal() is { } refusal)
                {
                    refused++;
                    Assert.True(refusal.Contains("backup", StringComparison.Ordinal), $"{where}: {refusal}");
                    Accept(where);
                    continue;
                }
                served++;
                Serve(where, MostLost(page, kind));
            }
        }
        // Leaves and inner pages of tables and of the index, and others: texts that are long, and pages that are free.
        Assert.Equal([0, 2, 5, 10, 13], kinds.Keys.Select(kind => (int)kind));
        TestContext.Current.TestOutputHelper?.WriteLine($"{_sound.Length / PageSize} pages: {served} served, {refused} refused");
        Assert.True(served > refused, $"{served} served, {refused} refused");
    }

    [Fact]
    public void A_row_that_the_index_does_not_lead_to_is_found_by_a_verification_and_mended_by_the_next_start()
    {
        var index = Enumerable.Range(1, _sound.Length / PageSize - 1).First(page => _sound[page * PageSize] == 10 && IsOfSegments(page));
        // Two keys change places: the file hangs together, and a search goes astray.
        var cells = _sound.AsSpan(index * PageSize + 8, 4).ToArray();
        var bytes = _sound.ToArray();
        cells.AsSpan(2, 2).CopyTo(bytes.AsSpan(index * PageSize + 8));
        cells.AsSpan(0, 2).CopyTo(bytes.AsSpan(index * PageSize + 10));
        Put(bytes);

        var isSuspect = false;
        using (var connection = DatabaseConnection.Open(Database, SqliteOpenMode.ReadOnly))
            Assert.InRange(LogVerifier.Make(connection, () => isSuspect = true).Damaged, 1ul, 2ul);
        Assert.True(isSuspect);
        DamageMark.Raise(Database);
        Serve("the index", mostLost: 0);
        Assert.False(DamageMark.IsRaised(Database));
    }

    /// <summary>Everything that is not lost is there and right, no seq is given again, and it goes on and can be started again.</summary>
    private void Serve(string where, int mostLost)
    {
        for (var start = 0; start < 2; start++)
        {
            var opening = DatabaseOpener.Open(Database);
            using var writer = opening.Writer;
            Assert.True(start == 0 || opening.Damage is null, $"{where}: it is mended at every start");
            var contents = Load(writer);
            Assert.True(_contents.Principals.Select(Describe).SequenceEqual(contents.Principals.Select(Describe)), where);
            Assert.True(_contents.Rooms.Select(Describe).SequenceEqual(contents.Rooms.Select(Describe)), where);
            Assert.True(_publishers.SequenceEqual(PublishersOf(contents)), where);
            Assert.True(_contents.Blocks.SequenceEqual(contents.Blocks), where);
            Assert.True(_contents.Bans.Select(ban => ban.Subject).SequenceEqual(contents.Bans.Select(ban => ban.Subject)), where);
            Assert.True(_contents.Accounts.Select(LogDatabase.Describe).SequenceEqual(contents.Accounts.Select(LogDatabase.Describe)), where);
            Assert.True(_contents.Tokens.Select(LogDatabase.Describe).SequenceEqual(contents.Tokens.Select(LogDatabase.Describe)), where);
            Assert.True(_contents.Invitations.SequenceEqual(contents.Invitations), where);
            Assert.True((contents.NextToken, contents.NextInvitation) == (_contents.NextToken, _contents.NextInvitation), where);
            Assert.True(contents.ReservedRooms == _contents.ReservedRooms, where);
            using (var reader = EntryReader.Open(Database))
            {
                var lost = 0;
                foreach (var room in contents.Rooms)
                {
                    Assert.True(room.Head >= _contents.Rooms.Single(known => known.Id == room.Id).Head, $"{where}: room {room.Id} ends with {room.Head}");
                    lost += CountLost(reader, room, where);
                }
                Assert.True(lost <= mostLost, $"{where}: {lost} segments are lost, of {mostLost} at most");
            }
            GoOn(writer, contents);
        }
    }

    private static IEnumerable<string> PublishersOf(StartupContents contents) =>
        contents.Principals.SelectMany(principal => contents.PublishersOf(principal.Id)).Select(Describe);

    /// <summary>With what is lost accepted it goes on, and does so without being told again; or it says what to do.</summary>
    private void Accept(string where)
    {
        try
        {
            using var writer = DatabaseOpener.Open(Database, acceptsLoss: true).Writer;
            var contents = Load(writer);
            // An account may go with its principal, and has no more rights than it had.
            foreach (var account in contents.Accounts)
                Assert.True(account.IsDisabled || _contents.Accounts.Any(known => LogDatabase.Describe(known) == LogDatabase.Describe(account)), where);
            Assert.True(_contents.Accounts.All(known => contents.Accounts.Any(one => one.Principal == known.Principal) || contents.Principals.All(one => one.Id != known.Principal)), where);
            GoOn(writer, contents);
        }
        catch (ServerException e)
        {
            Assert.True(e.Message.Contains("backup", StringComparison.Ordinal), $"{where}: {e.Message}");
            return;
        }
        var refusal = Refusal();
        Assert.True(refusal is null, $"{where}: {refusal}");
    }

    private int CountLost(EntryReader reader, RoomRecord room, string where)
    {
        var lost = 0;
        for (var next = room.Oldest; next <= room.Head;)
        {
            foreach (var run in reader.Find(new EntryQuery(room.Id, new SeqRange(next, room.Head))).Runs)
            {
                // Entries of one segment are lost together; this room's are of one entry each.
                if (run.Segment is null)
                    lost += (int)(Math.Min(run.Last, _contents.Rooms.Single(known => known.Id == room.Id).Head) - run.First + 1);
                foreach (var message in run.Segment is { } segment ? Frames.Decode(segment.Bytes).Cast<Message>() : [])
                    Assert.True(_said.GetValueOrDefault((room.Id, message.Seq), "on") == message.Text.ToString(), $"{where}: room {room.Id}, entry {message.Seq}");
                next = run.Last + 1;
            }
        }
        return lost;
    }

    /// <summary>Says something in every room, and enough to use pages that are free.</summary>
    private static void GoOn(LogWriter writer, StartupContents contents)
    {
        var batch = new LogBatch();
        foreach (var room in contents.Rooms)
            batch.Segments.Add(SegmentOf(room.Id, room.Head + 1, "on"));
        batch.Changes.AddRange(contents.Principals.Select(principal => new LogChange.KeepPrincipal(principal)));
        batch.Changes.AddRange(contents.Rooms.Select(room => new LogChange.LimitRoom(room)));
        batch.Segments.AddRange(Enumerable.Range(1, 8).Select(i => SegmentOf(1000 + contents.Rooms.Select(room => room.Head).DefaultIfEmpty().Max(), (ulong)i, new string('y', 60_000))));
        writer.Write(batch);
    }

    private string? Refusal()
    {
        try
        {
            using var writer = DatabaseOpener.Open(Database).Writer;
            Load(writer);
            return null;
        }
        catch (ServerException e)
        {
            return e.Message;
        }
    }

    /// <summary>As a start does it.</summary>
    private StartupContents Load(LogWriter writer)
    {
        try
        {
            if (!writer.Load().IsWhole)
                LookUpAll(writer);
            var contents = writer.Load(isWhole: true);
            return contents with { Replay = [.. contents.Replay] };
        }
        catch (Exception e) when (e is SqliteException or DamagedRowException)
        {
            throw DatabaseOpener.Explain(Database, e);
        }
    }

    /// <summary>Rooms and principals that a start does not read are found when they are wanted.</summary>
    private void LookUpAll(LogWriter writer)
    {
        using var reader = DirectoryReader.Open(Database);
        var all = writer.Load(isWhole: true);
        foreach (var principal in all.Principals.Where(principal => principal.HoldsName))
            Assert.Contains(reader.Find(new DirectoryQuery.PrincipalNamed(principal.Name)).Principals, found => found.Id == principal.Id);
        foreach (var room in all.Rooms.Where(room => room.Kind == RoomKind.Public))
            Assert.Contains(reader.Find(new DirectoryQuery.RoomNamed(room.Name)).Rooms, found => found.Id == room.Id);
        foreach (var room in all.Rooms)
            Assert.Contains(reader.Find(new DirectoryQuery.Room(room.Id)).Rooms, found => found.Id == room.Id);
    }

    /// <summary>How many segments have something in a page.</summary>
    private int MostLost(int page, byte kind) => kind switch
    {
        13 => BinaryPrimitives.ReadUInt16BigEndian(_sound.AsSpan(page * PageSize + (page == 0 ? 103 : 3))),
        0 => 1,
        _ => 0,
    };

    private bool IsOfSegments(int page)
    {
        // Its keys are three numbers, so the record's header is four bytes long; and no other table has as many rows.
        var at = page * PageSize;
        var cell = BinaryPrimitives.ReadUInt16BigEndian(_sound.AsSpan(at + 8));
        return _sound[at + cell + 1] == 4 && BinaryPrimitives.ReadUInt16BigEndian(_sound.AsSpan(at + 3)) > 100;
    }

    private void Put(int page, int at, byte mask)
    {
        var bytes = _sound.ToArray();
        bytes[page * PageSize + at] ^= mask;
        Put(bytes);
    }

    private void Put(byte[] database)
    {
        foreach (var file in Directory.GetFiles(_folder.Path, "chat.db*"))
            File.Delete(file);
        File.WriteAllBytes(Database, database);
        File.WriteAllBytes(Database + "-mark", _mark);
    }

    /// <summary>Short texts in many rows, long ones, rooms and people of every kind, and pages that became free.</summary>
    private void Fill()
    {
        using var writer = DatabaseOpener.Open(Database).Writer;
        Load(writer);
        var batch = new LogBatch();
        batch.Changes.AddRange([new LogChange.ReserveRooms(1000), new LogChange.ReservePrincipals(1000)]);
        for (var id = 100ul; id < 500; id++)
            batch.Changes.Add(new LogChange.KeepPrincipal(new PrincipalRecord(id, $"guest number {id}", Enumerable.Repeat((byte)id, 32).ToArray(), 1_600_000_000_000, true)));
        batch.Rooms.Add(new RoomRecord(Tea, RoomKind.Public, "tea", HubBench.Epoch, 1, 100, 0));
        batch.Rooms.Add(new RoomRecord(Gone, RoomKind.Public, "gone", HubBench.Epoch, 1, 100, 0));
        batch.Rooms.Add(new RoomRecord(Private, RoomKind.Private, "", HubBench.Epoch, 1, 100, 101));
        for (var seq = 1ul; seq <= Small; seq++)
            Say(batch, Tea, seq, $"entry {seq}");
        for (var seq = 1ul; seq <= 6; seq++)
            Say(batch, Private, seq, new string((char)('a' + seq), 40_000));
        for (var seq = 1ul; seq <= 12; seq++)
            Say(batch, Gone, seq, new string('x', 40_000));
        for (var id = 0; id < 60; id++)
            batch.Changes.Add(new LogChange.KeepPublisher(new PublisherRecord(100, Enumerable.Repeat((byte)id, 16).ToArray(), Tea, 1, 1_600_000_000_000, new byte[240])));
        batch.Changes.Add(new LogChange.Block(new BlockRecord(100, 102, "guest number 102")));
        for (var id = 100ul; id < 200; id++)
            batch.Changes.AddRange([LogDatabase.Account(id), LogDatabase.Token(id, id, $"token {id}")]);
        batch.Changes.Add(LogDatabase.Invitation(1, 100, "invitation"));
        batch.Changes.Add(new LogChange.Ban(new BanRecord(1, 0, "192.0.2.0/24", default, 0, "noise", "admin", 1_600_000_000_000)));
        writer.Write(batch);
        var expiry = new LogBatch();
        expiry.Changes.Add(new Expiry(Gone, 10));
        writer.Write(expiry);
    }

    private void Say(LogBatch batch, ulong room, ulong seq, string text)
    {
        _said[(room, seq)] = text;
        batch.Segments.Add(SegmentOf(room, seq, text));
    }

    private static Segment SegmentOf(ulong room, ulong seq, string text)
    {
        var open = new OpenSegment(room);
        var sealedBefore = new List<Segment>();
        open.Add(seq, 1_600_000_000_000 + seq, new Principal(100, new UserName("guest number 100"), new byte[32], Role.Guest), text, null, sealedBefore);
        return open.Seal();
    }

    private static string Describe(RoomRecord room) => (room with { Head = 0, Time = 0, Oldest = 0 }).ToString();

    private static string Describe(PrincipalRecord principal) =>
        $"{principal.Id} {principal.Name} {Convert.ToHexString(principal.KeyHash.Span)} {principal.LastSeen} {principal.HoldsName} {principal.FirstEntry}";

    private static string Describe(PublisherRecord publisher) =>
        $"{publisher.Principal} {Convert.ToHexString(publisher.Id.Span)} {publisher.Room} {publisher.Oldest} {publisher.LastUsed} {publisher.Posts.Length}";
}
