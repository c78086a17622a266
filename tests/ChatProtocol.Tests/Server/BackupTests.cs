using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Copies of the log, made while it is written, and servers that go on from them.</summary>
public sealed class BackupTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Spec("CP-ERR-005", "CP-ADM-009")]
    [Fact(Timeout = 30_000)]
    public async Task A_path_of_any_length_is_refused_in_words_that_the_client_takes()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        foreach (var length in (int[])[1000, 2000, 4000])
        {
            var path = string.Concat(Enumerable.Repeat("/长", length / 4));
            var refused = await admin.AskAsync<Error>(new Backup(admin.NextId(), path));
            Assert.Equal(ErrorCode.LogUnavailable, refused.Reason);
        }
    }

    [Spec("CP-ADM-009", "CP-ADM-011", "CP-DEL-011", "CP-DEL-019")]
    [Fact(Timeout = 60_000)]
    public async Task A_copy_made_under_load_is_whole_and_a_server_on_it_has_new_epochs_and_goes_on_counting()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        var copy = folder.File("copy.db");
        ulong epoch, copied, later;
        await using (var server = await TestServer.StartAsync())
        {
            var admin = await server.AdminAsync();
            var ann = await server.LogInAsync("ann");
            var tea = await ann.JoinAsync("tea");
            epoch = tea.Epoch;
            for (var i = 1; i <= 500; i++)
                await ann.AskAsync<Posted>(ann.PostOf(tea.Room, $"text {i}"));
            var backup = admin.AskAsync<Ok>(new Backup(admin.NextId(), copy));
            for (var i = 501; i <= 1000 || !backup.IsCompleted; i++)
                await ann.AskAsync<Posted>(ann.PostOf(tea.Room, $"text {i}"));
            await backup;
            later = (await (await server.LogInAsync("eve")).JoinAsync("later")).Room;
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(copy));
            Assert.Equal([copy], Directory.GetFiles(folder.Path));
        }

        File.Copy(copy, elsewhere.File("chat.db"));
        await using (var restored = await TestServer.StartAsync(folder: elsewhere))
        {
            restored.Log.Expect("this is a backup");
            var ann = await restored.LogInAsync("ann");
            var tea = await ann.JoinAsync("tea", after: 0);
            copied = tea.Head;
            Assert.InRange(copied, 500ul, ulong.MaxValue);
            Assert.NotEqual(epoch, tea.Epoch);
            Assert.Equal(copied + 1, tea.First);
            for (var i = 1ul; i <= copied; i++)
                Assert.Equal((i, $"text {i}"), await ann.ReceiveAsync<Message>() is var m ? (m.Seq, m.Text.ToString()) : default);
            Assert.Equal(copied + 1, (await ann.AskAsync<Posted>(ann.PostOf(tea.Room, "on"))).Seq);

            // A cursor of the old epoch is good below the beginning of the new one, and not beyond.
            var bob = await restored.LogInAsync("bob");
            var refused = await bob.AskAsync<Error>(new Join(bob.NextId(), "tea", PresenceMode.None, copied + 1, epoch));
            Assert.Equal((ErrorCode.EpochChanged, copied), (refused.Reason, refused.Value));
            Assert.Equal(copied, (await bob.AskAsync<RoomInfo>(new Join(bob.NextId(), "tea", PresenceMode.None, copied, epoch))).Cursor);
            epoch = tea.Epoch;

            // What the original made since had its id, which clients may still have in mind.
            Assert.NotEqual(later, (await (await restored.LogInAsync("eve")).JoinAsync("another")).Room);
        }

        // It is a copy once only.
        await using var again = await TestServer.StartAsync(folder: elsewhere);
        Assert.Equal(epoch, (await (await again.LogInAsync("ann")).JoinAsync("tea")).Epoch);
    }

    [Spec("CP-ADM-009")]
    [Fact(Timeout = 20_000)]
    public async Task What_is_there_already_is_left_alone_and_what_cannot_be_written_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("letter"), "dear bob", TestContext.Current.CancellationToken);
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();

        Assert.Equal(ErrorCode.InvalidValue, (await admin.AskAsync<Error>(new Backup(admin.NextId(), folder.File("letter")))).Reason);
        Assert.Equal(ErrorCode.InvalidValue, (await admin.AskAsync<Error>(new Backup(admin.NextId(), "relative"))).Reason);
        Assert.Equal(ErrorCode.LogUnavailable, (await admin.AskAsync<Error>(new Backup(admin.NextId(), folder.File("no/such/folder")))).Reason);
        Assert.Equal(ErrorCode.LogUnavailable, (await admin.AskAsync<Error>(new Backup(admin.NextId(), "/dev/null/copy"))).Reason);

        await RefusedAsync($"there is no folder {folder.File("no/such")}", folder.File("no/such/copy"));
        await RefusedAsync("File name too long", folder.File(new string('x', 300)));
        await RefusedAsync("No such file or directory", "/proc/copy");

        async Task RefusedAsync(string why, string path) => Assert.Equal(
            (ErrorCode.LogUnavailable, $"the backup {path} could not be made: {why}"),
            await admin.AskAsync<Error>(new Backup(admin.NextId(), path)) is var e ? (e.Reason, e.Text) : default);

        Assert.Equal("dear bob", await File.ReadAllTextAsync(folder.File("letter"), TestContext.Current.CancellationToken));
        Assert.Equal(["letter"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Spec("CP-ADM-009")]
    [Fact(Timeout = 20_000)]
    public async Task What_a_killed_backup_left_behind_is_in_nobodys_way()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await File.WriteAllTextAsync(folder.File("copy.db.chatd.part"), "half of a copy", TestContext.Current.CancellationToken);
        var admin = await server.AdminAsync();
        await admin.AskAsync<Ok>(new Backup(admin.NextId(), folder.File("copy.db")));
        Assert.Equal(["copy.db"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Spec("CP-ADM-010")]
    [Fact(Timeout = 20_000)]
    public async Task A_verification_counts_what_is_whole_and_what_is_not()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            var tea = await ann.JoinAsync("tea");
            for (var i = 1; i <= 10; i++)
                await ann.AskAsync<Posted>(ann.PostOf(tea.Room, $"text {i}"));
            var admin = await server.AdminAsync();
            var verified = await admin.AskAsync<Verified>(new Verify(admin.NextId()));
            Assert.Equal((10ul, 0ul), (verified.Entries, verified.Damaged));
        }
        using (var database = new SqliteConnection($"Data Source={folder.File("chat.db")};Pooling=False"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = "UPDATE segment SET bytes = substr(bytes, 1, 10) || X'FF' || substr(bytes, 12) WHERE first = 3";
            command.ExecuteNonQuery();
        }

        await using var again = await TestServer.StartAsync(folder: folder);
        var operatorAgain = await again.AdminAsync();
        var damaged = await operatorAgain.AskAsync<Verified>(new Verify(operatorAgain.NextId()));
        Assert.Equal((10ul, 9ul, 1ul), (damaged.Segments, damaged.Entries, damaged.Damaged));
    }
}
