using System.Text;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A database with something wrong in it: what is whole is served, and what is not is told.</summary>
[OneTry]
public sealed class DamageTests
{
    private const int Entries = 120;
    private const int PageSize = 16 * 1024;

    private static readonly byte[] Publisher = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    [Spec("CP-DEL-025", "CP-DEL-026", "CP-HIS-010", "CP-ADM-010")]
    [Theory(Timeout = 60_000)]
    [InlineData("bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'00' AS BLOB)", 1)]
    [InlineData("bytes = x''", 1)]
    [InlineData("bytes = 'text'", 1)]
    [InlineData("crc = crc + 1", 1)]
    [InlineData("posts = x'00'", 1)]
    [InlineData("room = 77", 1)]
    [InlineData("first = 100060", 1)]
    [InlineData("bytes = (SELECT bytes FROM segment WHERE first = 61), crc = (SELECT crc FROM segment WHERE first = 61), posts = (SELECT posts FROM segment WHERE first = 61)", 1)]
    [InlineData(null, 1)]
    [InlineData("count = 1000000", 0)]
    [InlineData("count = -7", 0)]
    [InlineData("time = 0", 0)]
    [InlineData("time = 9000000000000000", 0)]
    public async Task One_damaged_segment_costs_its_own_entries_and_no_other(string? change, int damaged)
    {
        using var folder = new TemporaryFolder();
        var room = await FillAsync(folder, i => $"entry {i}");
        Execute(folder, change is null ? "DELETE FROM segment WHERE first = 60" : $"UPDATE segment SET {change} WHERE first = 60");

        await using var server = await TestServer.StartAsync(folder: folder);
        if (damaged > 0)
            server.Log.Expect("are damaged");
        var expected = damaged == 0 ? "1-120" : "1-59 (60-60) 61-120";
        Assert.Equal(expected, await JoinedAsync(server, room.Name, Entries));
        Assert.Equal(expected, await PagedAsync(server, room.Room, upward: true));
        Assert.Equal(expected, await PagedAsync(server, room.Room, upward: false));
        var admin = await server.AdminAsync();
        Assert.Equal((ulong)damaged, (await admin.AskAsync<Verified>(new Verify(admin.NextId()))).Damaged);
        var ann = await server.LogInAsync("ann", publisher: Publisher);
        Assert.Equal(Entries + 1ul, (await ann.AskAsync<Posted>(ann.PostOf(room.Room, "on", Entries + 1))).Seq);
    }

    [Spec("CP-MSG-005", "CP-MSG-006")]
    [Theory(Timeout = 60_000)]
    [InlineData("bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'00' AS BLOB)", true)]
    [InlineData("crc = 1, time = 9000000000000000", true)]
    [InlineData("crc = 1, count = 5000000", false)]
    [InlineData("crc = 1, count = 0", false)]
    [InlineData("bytes = x''", false)]
    public async Task A_seq_is_never_given_again_however_the_newest_segment_is_damaged(string change, bool isExact)
    {
        using var folder = new TemporaryFolder();
        var room = await FillAsync(folder, i => $"entry {i}");
        Execute(folder, $"UPDATE segment SET {change} WHERE first = {Entries}");

        await using var server = await TestServer.StartAsync(folder: folder);
        server.Log.Expect("are damaged");
        var bob = await server.LogInAsync("bob");
        var info = await bob.JoinAsync("tea", after: 118);
        Assert.Equal(room.Epoch, info.Epoch);
        Assert.InRange(info.Head, (ulong)Entries, isExact ? Entries : Entries + 10_000ul);
        Assert.Equal(119ul, (await bob.ReceiveAsync<Message>()).Seq);
        Assert.Equal(new Gap(room.Room, Entries, info.Head, GapReason.Damaged), await bob.ReceiveAsync<Gap>());
        var posted = await bob.AskAsync<Posted>(bob.PostOf(room.Room, "on"));
        Assert.Equal(info.Head + 1, posted.Seq);
        Assert.InRange(posted.Time!.Value, 1ul, (ulong)DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds());
    }

    [Spec("CP-DEL-026")]
    [Theory(Timeout = 60_000)]
    [InlineData(60)]
    [InlineData(100)]
    public async Task A_page_of_the_file_that_is_garbage_costs_the_segments_on_it(int entry)
    {
        using var folder = new TemporaryFolder();
        var room = await FillAsync(folder, i => $"entry {i}." + new string('x', 20_000));
        Scribble(folder, $"entry {entry}.");

        await using var server = await TestServer.StartAsync(folder: folder);
        server.Log.Expect("and is mended");
        server.Log.Expect("are damaged");
        var told = await JoinedAsync(server, room.Name, Entries);
        Assert.Contains("(", told, StringComparison.Ordinal);
        Assert.InRange(Missing(told), 1, 4);
        Assert.Equal(told, await PagedAsync(server, room.Room, upward: true));
        Assert.Equal(told, await PagedAsync(server, room.Room, upward: false));
        var admin = await server.AdminAsync();
        Assert.Equal((ulong)Missing(told), (await admin.AskAsync<Verified>(new Verify(admin.NextId()))).Damaged);
        var refused = await admin.AskAsync<Error>(new Erase(admin.NextId(), room.Room, (ulong)entry));
        Assert.Equal(ErrorCode.LogUnavailable, refused.Reason);
        Assert.Contains("is damaged", refused.Text, StringComparison.Ordinal);
        await admin.AskAsync<Ok>(new Erase(admin.NextId(), room.Room, (ulong)entry - 10));
    }

    /// <summary>The index of segments is the largest leaf of its kind, and no other table is large enough to have inner pages.</summary>
    [Spec("CP-DEL-006", "CP-DEL-026", "CP-ADM-012")]
    [Theory(Timeout = 60_000)]
    [InlineData(10, 8)]
    [InlineData(5, 12)]
    public async Task A_damaged_tree_is_mended_by_the_start_and_costs_nothing(byte kind, int pointers)
    {
        using var folder = new TemporaryFolder();
        var room = await FillAsync(folder, i => $"entry {i}." + new string('x', 2000));
        var bytes = File.ReadAllBytes(folder.File("chat.db"));
        var page = Enumerable.Range(1, bytes.Length / PageSize - 1).Where(page => bytes[page * PageSize] == kind).MaxBy(page => bytes[page * PageSize + 4]);
        bytes[page * PageSize + pointers] ^= 0x15;
        File.WriteAllBytes(folder.File("chat.db"), bytes);

        await using var server = await TestServer.StartAsync(folder: folder);
        server.Log.Expect("and is mended: 120 segments are whole, 0 are missing");
        Assert.Equal("1-120", await JoinedAsync(server, room.Name, Entries));
        Assert.Equal("1-120", await PagedAsync(server, room.Room, upward: true));
        Assert.Equal("1-120", await PagedAsync(server, room.Room, upward: false));
        var ann = await server.LogInAsync("ann", publisher: Publisher);
        Assert.Equal(60ul, (await ann.AskAsync<Posted>(ann.PostOf(room.Room, "entry 60." + new string('x', 2000), 60))).Seq);
        Assert.Equal(Entries + 1ul, (await ann.AskAsync<Posted>(ann.PostOf(room.Room, "on", Entries + 1))).Seq);
        var admin = await server.AdminAsync();
        Assert.Equal((121ul, 0ul), ((await admin.AskAsync<Verified>(new Verify(admin.NextId()))) is var verified ? (verified.Entries, verified.Damaged) : default));
        Assert.True(File.Exists(folder.File("chat.db-damaged")));
        await admin.AskAsync<Ok>(new Erase(admin.NextId(), room.Room, 60));
        Assert.False(File.Exists(folder.File("chat.db-damaged")));
    }

    [Spec("CP-DEL-006", "CP-DEL-028")]
    [Fact(Timeout = 60_000)]
    public async Task Posts_that_are_whole_are_never_stored_again_whatever_is_damaged_before_them()
    {
        using var folder = new TemporaryFolder();
        var room = await FillAsync(folder, i => $"entry {i}");
        // As if the publishers' records had never been stored.
        Execute(folder, "DELETE FROM publisher; DELETE FROM meta WHERE key = 'publishers'; UPDATE segment SET crc = crc + 1 WHERE first IN (1, 60, 61)");

        await using var server = await TestServer.StartAsync(folder: folder);
        var ann = await server.LogInAsync("ann", publisher: Publisher);
        for (var counter = 1ul; counter <= Entries; counter++)
            Assert.Equal(counter > 61 ? counter : null, (await ann.AskAsync<Posted>(ann.PostOf(room.Room, $"entry {counter}", counter))).Seq);
        Assert.Equal(Entries + 1ul, (await ann.AskAsync<Posted>(ann.PostOf(room.Room, "on", Entries + 1))).Seq);
    }

    [Spec("CP-ADM-014")]
    [Fact(Timeout = 60_000)]
    public async Task Damage_does_not_hold_up_what_expires()
    {
        using var folder = new TemporaryFolder();
        var room = await FillAsync(folder, i => $"entry {i}." + new string('x', 20_000));
        Execute(folder, "UPDATE segment SET count = 1000000 WHERE first IN (5, 6); UPDATE segment SET crc = 1 WHERE first = 10");

        await using var server = await TestServer.StartAsync(folder: folder);
        var admin = await server.AdminAsync();
        await admin.AskAsync<Retention>(new Retain(admin.NextId(), room.Room, true, null, 20, null));
        await Eventually.TrueAsync(() => Scalar(folder, "SELECT min(first) FROM segment") == 101, "what need not be kept is gone");
        Assert.Equal(101ul, (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room.Room, false, null, null, null))).Oldest);
    }

    /// <summary>So many entries in a room, each in a segment of its own, counted, by one who does not quit.</summary>
    private static async Task<RoomInfo> FillAsync(TemporaryFolder folder, Func<int, string> text)
    {
        await using var server = await TestServer.StartAsync(folder: folder);
        var ann = await server.LogInAsync("ann", publisher: Publisher);
        var room = await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true));
        for (var i = 1; i <= Entries; i++)
            await ann.AskAsync<Posted>(ann.PostOf(room.Room, text(i), (ulong)i));
        return room;
    }

    private static async Task<string> JoinedAsync(TestServer server, string room, int last)
    {
        var reader = await server.LogInAsync("reader");
        await reader.JoinAsync(room, after: 0);
        var frames = new List<Frame>();
        for (var end = 0ul; end < (ulong)last; end = frames[^1] is Gap gap ? gap.Last : ((Message)frames[^1]).Seq)
            frames.Add((await reader.ReceiveAsync())!);
        return Told(frames);
    }

    private static async Task<string> PagedAsync(TestServer server, ulong room, bool upward)
    {
        var reader = await server.LogInAsync("pager");
        var frames = new List<Frame>();
        for (var (more, at) = (true, upward ? 0ul : Entries + 1ul); more;)
        {
            var page = await reader.AskAsync<Page>(upward ? new History(reader.NextId(), room, 7, null, at) : new History(reader.NextId(), room, 7, at, null));
            List<Frame> parts = [.. await reader.ReceiveAsync<Message>(page.Count), .. await reader.ReceiveAsync<Gap>(page.Gaps)];
            frames.AddRange(parts);
            (more, at) = (page.More, upward ? parts.Max(LastOf) : parts.Min(FirstOf));
        }
        return Told(frames.OrderBy(FirstOf));
    }

    private static ulong FirstOf(Frame frame) => frame is Gap gap ? gap.First : ((Message)frame).Seq;

    private static ulong LastOf(Frame frame) => frame is Gap gap ? gap.Last : ((Message)frame).Seq;

    /// <summary>Runs of entries, and of gaps in brackets.</summary>
    private static string Told(IEnumerable<Frame> frames)
    {
        var runs = new List<(bool IsGap, ulong First, ulong Last)>();
        foreach (var frame in frames)
        {
            if (runs.Count > 0 && runs[^1].IsGap == frame is Gap && runs[^1].Last + 1 == FirstOf(frame))
                runs[^1] = runs[^1] with { Last = LastOf(frame) };
            else
                runs.Add((frame is Gap, FirstOf(frame), LastOf(frame)));
        }
        return string.Join(' ', runs.Select(run => run.IsGap ? $"({run.First}-{run.Last})" : $"{run.First}-{run.Last}"));
    }

    private static int Missing(string told) => told.Split(' ').Where(run => run[0] == '(')
        .Select(run => run.Trim('(', ')').Split('-')).Sum(run => int.Parse(run[1], null) - int.Parse(run[0], null) + 1);

    /// <summary>Overwrites the page of the file that holds these words.</summary>
    private static void Scribble(TemporaryFolder folder, string words)
    {
        var bytes = File.ReadAllBytes(folder.File("chat.db"));
        var page = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) / PageSize;
        bytes.AsSpan(page * PageSize, PageSize).Fill(0xA5);
        File.WriteAllBytes(folder.File("chat.db"), bytes);
    }

    private static void Execute(TemporaryFolder folder, string sql) => Run(folder, sql, command => command.ExecuteNonQuery());

    private static long Scalar(TemporaryFolder folder, string sql) => Run(folder, sql, command => (long)command.ExecuteScalar()!);

    private static T Run<T>(TemporaryFolder folder, string sql, Func<SqliteCommand, T> run)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File("chat.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return run(command);
    }
}
