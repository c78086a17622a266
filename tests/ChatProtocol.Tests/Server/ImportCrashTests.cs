using System.Globalization;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>An import that is cut off, at any moment: all of it is there at the next start, or nothing.</summary>
public sealed class ImportCrashTests : IDisposable
{
    private const int Entries = 20_000;
    private const ulong Room = 50;

    private readonly TemporaryFolder _folder = new();
    private readonly LogDatabase _database = new();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Spec("CP-EXP-014")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_was_stored_of_an_import_that_was_not_finished_is_gone_with_the_next_start_and_what_was_finished_stays(bool isWhole)
    {
        var file = WriteLarge();
        var parts = 0;
        for (var isDone = false; !isDone; parts++)
        {
            using var import = Open(file, isWhole ? null : "tea");
            (import.Room, import.FirstAuthor) = (Room, 1000);
            using (var writer = _database.Open())
            {
                for (var i = 0; i < parts && !isDone; i++)
                {
                    var part = import.ReadPart();
                    isDone = part.IsLast;
                    LogDatabase.Write(writer, new LogChange.ImportSome(import, part));
                }
                if (isDone)
                {
                    var finish = new LogChange.FinishImport(import);
                    LogDatabase.Write(writer, finish);
                    Assert.Null(finish.Complaint);
                }
            }
            using var again = _database.Open();
            var found = again.Load(isWhole: true);
            Assert.Equal(isDone, found.Rooms.Any(room => room.Name == "tea"));
            Assert.Equal(isDone && isWhole ? 2 : 0, found.Principals.Count);
            Assert.Equal(parts > 0 && !isDone && !isWhole ? [Room] : [], found.RemovedRooms);
            if (isWhole && !isDone)
                Assert.Equal(0, _database.Ask("SELECT (SELECT count(*) FROM segment) + (SELECT count(*) FROM meta WHERE key = 'import')"));
            // What a room left behind goes as any removed room does.
            for (var removal = new LogChange.RemoveRoom(Room) { HasMore = found.RemovedRooms.Count > 0 }; removal.HasMore;)
                LogDatabase.Write(again, removal = new LogChange.RemoveRoom(Room));
            Assert.Equal(isDone, _database.Ask("SELECT count(*) FROM segment") > 0);
        }
        Assert.InRange(parts, 4, 100);
        var tea = Assert.Single(_database.Load(isWhole: true).Rooms, room => room.Name == "tea");
        Assert.Equal((isWhole ? 7ul : Room, (ulong)Entries, Entries + 1ul), (tea.Id, tea.Head, tea.EpochFirst));
    }

    [Spec("CP-EXP-010", "CP-EXP-011")]
    [Fact]
    public void A_file_that_is_changed_between_the_check_and_the_reading_is_noticed_at_its_line_or_at_the_end()
    {
        var file = WriteLarge();
        using var import = Open(file, null);
        var length = new FileInfo(file).Length;
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.Position = length / 2;
            stream.Write("?!"u8);
        }
        Assert.Throws<ExportException>(() =>
        {
            while (!import.ReadPart().IsLast)
            {
            }
        });

        using var other = Open(WriteLarge("another"), null);
        File.WriteAllText(_folder.File("another"), File.ReadAllText(WriteLarge("third", "changed")));
        Assert.Equal("the file was changed while it was read", Assert.Throws<ExportException>(() =>
        {
            while (!other.ReadPart().IsLast)
            {
            }
        }).Message);
    }

    [Spec("CP-EXP-014", "CP-EXP-010")]
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_killed_while_it_imports_has_nothing_of_it_and_imports_it_then(bool isWhole)
    {
        var file = WriteLarge();
        using var data = new TemporaryFolder();
        await using (var chatd = await StartAsync(data))
        {
            await using var admin = await AdminAsync(data);
            await admin.SendAsync(new Import(admin.NextId(), file, isWhole ? null : "tea"));
            await Eventually.TrueAsync(() => Ask(data, "SELECT count(*) FROM segment") > 0, "the import begins");
            chatd.Kill();
        }
        var wasDone = Ask(data, "SELECT count(*) FROM room WHERE name = 'tea'") > 0;
        await using (var chatd = await StartAsync(data))
        {
            await using var admin = await AdminAsync(data);
            if (!wasDone)
            {
                await Eventually.TrueAsync(() => Ask(data, "SELECT (SELECT count(*) FROM segment) + (SELECT count(*) FROM removed_room)") == 0, "nothing is left");
                Assert.Equal((ulong)Entries, (await admin.AskAsync<Imported>(new Import(admin.NextId(), file, isWhole ? null : "tea"))).Entries);
            }
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
            Assert.Equal((ulong)Entries, (await ann.JoinAsync("tea")).Head);
            Assert.Equal(0ul, (await admin.AskAsync<Verified>(new Verify(admin.NextId()))).Damaged);
            chatd.Kill();
        }
    }

    [Spec("CP-EXP-010")]
    [Fact(Timeout = 120_000)]
    public async Task Posts_go_on_while_a_room_is_imported_which_nobody_sees_before_it_is_whole()
    {
        var file = WriteLarge();
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        var ann = await server.LogInAsync("ann");
        var other = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "other", Create: true))).Room;
        var import = admin.AskAsync<Imported>(new Import(admin.NextId(), file, "tea"));
        for (var posts = 0; posts < 10 || !import.IsCompleted; posts++)
        {
            await ann.AskAsync<Posted>(ann.PostOf(other, $"text {posts}"));
            await ann.SendAsync(new Open(ann.NextId(), "tea", Create: false));
            if (await ann.ReceiveAsync() is RoomInfo tea)
                Assert.Equal((ulong)Entries, tea.Head);
        }
        Assert.Equal((ulong)Entries, (await import).Entries);
        Assert.Equal(Entries, (int)(await ann.JoinAsync("tea", after: 0)).Head);
        Assert.Equal($"text {Entries}", (await ann.ReceiveAsync<Message>(Entries))[^1].Text.ToString().TrimEnd());
    }

    private static ImportFile Open(string file, string? room) =>
        ImportFile.Open(new MaintenanceTask.CheckImport(file, room, 131_072, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), () => false);

    /// <summary>An export with a room of some megabytes and two users.</summary>
    private string WriteLarge(string name = "chat.ndjson", string text = "text")
    {
        var file = _folder.File(name);
        string[] example = [.. ExportText.Example.Select(ExportText.Body)];
        var padding = new string(' ', 300);
        string[] lines = [example[0], example[1], example[2],
            string.Create(CultureInfo.InvariantCulture, $$"""{"line":"room","id":7,"kind":"public","name":"tea","creator":1016,"epoch":5,"epoch-first":1,"oldest":1,"head":{{Entries}}}"""),
            .. Enumerable.Range(1, Entries).Select(i => string.Create(CultureInfo.InvariantCulture,
                $$"""{"line":"entry","room":7,"seq":{{i}},"time":{{1600000000000 + i}},"from":{{1016 + i % 2}},"name":"ada","kind":76,"text":"{{text}} {{i}}{{padding}}"}""")),
            string.Create(CultureInfo.InvariantCulture, $$"""{"line":"head","room":7,"head":{{Entries}},"entries":{{Entries}}}"""),
            string.Create(CultureInfo.InvariantCulture, $$"""{"line":"end","principals":2,"blocks":0,"rooms":1,"entries":{{Entries}}}""")];
        File.WriteAllLines(file, ExportText.Chain(lines));
        return file;
    }

    private static Task<ChatdProcess> StartAsync(TemporaryFolder folder) =>
        ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");

    private static async Task<RawClient> AdminAsync(TemporaryFolder folder) =>
        await (await RawClient.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(folder.File("admin.sock")))).LogInAsAdminAsync();

    private static long Ask(TemporaryFolder folder, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File("chat.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
