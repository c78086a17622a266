using System.Net.Sockets;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class DataFolderTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact(Timeout = 20_000)]
    public async Task A_new_folder_and_its_socket_are_for_the_owner_alone()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(o => o with { DataFolder = folder.File("a/b") });

        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.File("a/b")));
        Assert.Equal(Owner, File.GetUnixFileMode(folder.File("a/b/admin.sock")));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_folder_that_was_open_to_others_is_closed_to_them()
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, Owner | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        await using var server = await TestServer.StartAsync(folder: folder);

        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    [Fact(Timeout = 20_000)]
    public async Task An_open_folder_of_other_things_is_neither_used_nor_closed()
    {
        const UnixFileMode open = Owner | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("letter"), "dear bob", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(folder.Path, open);

        Assert.Contains("holds other things", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);

        Assert.Equal(open, File.GetUnixFileMode(folder.Path));
        Assert.Equal(["letter"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_second_server_is_kept_out_and_disturbs_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder: folder);

        Assert.Contains("another chatd uses the data folder", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
        var (exit, error) = await ChatdProcess.RunAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        Assert.Equal(1, exit);
        Assert.Contains($"chatd: another chatd uses the data folder {folder.Path}: stop it", error, StringComparison.Ordinal);
        await server.AdminAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_socket_that_a_dead_server_left_is_replaced()
    {
        using var folder = new TemporaryFolder();
        LeaveSocket(folder.File("admin.sock"));
        LeaveSocket(folder.File("s"));

        await using var server = await TestServer.StartAsync(o => o with { Listen = [$"unix:{folder.File("s")}"] }, folder);

        await server.AdminAsync();
        await (await server.OpenAsync(new UnixDomainSocketEndPoint(folder.File("s")))).LogInAsync("ann");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_plain_file_where_a_socket_should_go_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("letter"), "dear bob", TestContext.Current.CancellationToken);

        Assert.Equal(
            $"cannot listen at unix:{folder.File("letter")}: a file is there that is no socket",
            await TestServer.RefusedAsync(o => o with { Listen = [$"unix:{folder.File("letter")}"] }, folder));

        Assert.Equal("dear bob", await File.ReadAllTextAsync(folder.File("letter"), TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_socket_that_somebody_answers_at_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(folder.File("s")));
        other.Listen();

        Assert.Contains("Is another chatd running?", await TestServer.RefusedAsync(o => o with { Listen = [$"unix:{folder.File("s")}"] }, folder), StringComparison.Ordinal);

        Assert.True(File.Exists(folder.File("s")));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_path_that_is_too_long_for_the_admin_socket_is_refused_with_the_limit()
    {
        using var folder = new TemporaryFolder();
        var message = await TestServer.RefusedAsync(o => o with { DataFolder = folder.File(new string('x', 100)) });

        Assert.Contains("1 to 107 bytes", message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("/proc/chatd")]
    [InlineData("/proc/self/map_files")]
    [InlineData("/dev/null")]
    [InlineData("/dev/null/chatd")]
    public async Task A_folder_that_cannot_be_written_is_refused_in_a_sentence(string path)
    {
        Assert.Contains("the data folder ", await TestServer.RefusedAsync(o => o with { DataFolder = path }), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_lock_that_cannot_be_made_is_not_taken_for_another_server()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("lock"), "/proc/no/such/place");

        Assert.Contains("cannot be written", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_start_that_failed_leaves_the_folder_to_the_next()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        string[] refused = ["nonsense", $"tcp://{other.LocalEndpoint}", "unix:/nowhere/at/all/s", "tcp://192.0.2.1:0"];

        foreach (var url in refused)
            await TestServer.RefusedAsync(o => o with { Listen = ["tcp://127.0.0.1:0", url], Allow = ["plaintext", "guests"] }, folder);

        Assert.False(File.Exists(folder.File("admin.sock")));
        await using var server = await TestServer.StartAsync(folder: folder);
    }

    [Fact(Timeout = 40_000)]
    public async Task A_folder_of_another_owner_that_the_group_may_write_is_used_and_its_risk_is_said()
    {
        using var folder = new TemporaryFolder();
        await ShareAsync(folder.Path, "2775");
        Directory.CreateDirectory(folder.File("lost+found"));

        await using (var chatd = await ChatdProcess.StartByAsync(null, ["setpriv", .. OtherUser.Options], "--data", folder.Path, "--listen", "tcp://127.0.0.1:0"))
        {
            await chatd.SaysAsync($"the data folder {folder.Path} belongs to another user: its group may write it");
            await using var client = await RawClient.ConnectAsync(chatd.Tcp);
            await client.LogInAsync("ann");
            foreach (var file in (string[])["admin.sock", "chat.db", "chat.db-wal", "chat.db-shm", "lock"])
                Assert.Equal(Owner, File.GetUnixFileMode(folder.File(file)));
        }
        // And again, with what is there by now.
        await using var again = await ChatdProcess.StartByAsync(null, ["setpriv", .. OtherUser.Options], "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
    }

    [Theory(Timeout = 40_000)]
    [InlineData("0777", "everybody on this machine may write it and could put files in the place of chatd's: make a folder of its own in it and name that with --data")]
    [InlineData("1777", "everybody on this machine may write it")]
    [InlineData("0755", "cannot be written: Permission denied. It has to be the user's that chatd runs as; or name another folder with --data")]
    public async Task A_folder_of_another_owner_that_cannot_be_used_is_refused_with_the_way_out(string mode, string named)
    {
        using var folder = new TemporaryFolder();
        await ShareAsync(folder.Path, mode);

        var (exit, error) = await ChatdProcess.RunByAsync(["setpriv", .. OtherUser.Options], "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        Assert.Equal(1, exit);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        if (mode != "0755")
            await using (await ChatdProcess.StartByAsync(null, ["setpriv", .. OtherUser.Options], "--data", folder.File("own"), "--listen", "tcp://127.0.0.1:0"))
                Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.File("own")));
    }

    [Fact(Timeout = 40_000)]
    public async Task A_database_of_another_owner_is_named()
    {
        using var folder = new TemporaryFolder();
        await (await TestServer.StartAsync(folder: folder)).DisposeAsync();
        await ShareAsync(folder.Path, "2775");
        File.Delete(folder.File("lock"));

        var (exit, error) = await ChatdProcess.RunByAsync(["setpriv", .. OtherUser.Options], "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        Assert.Equal((1, $"chatd: the database {folder.File("chat.db")} cannot be opened: Permission denied. It has to belong to the user that chatd runs as\n"), (exit, error));
    }

    /// <summary>As a volume is given to a container: another user's, and perhaps its group's to write.</summary>
    private static async Task ShareAsync(string path, string mode)
    {
        (await ToolProcess.RunAsync("chgrp", [$"{OtherUser.Group}", path], new Dictionary<string, string>())).Done();
        (await ToolProcess.RunAsync("chmod", [mode, path], new Dictionary<string, string>())).Done();
    }

    private static void LeaveSocket(string path)
    {
        // Closed by its handle alone, so that the file stays as after a kill.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.SafeHandle.Dispose();
        Assert.True(File.Exists(path));
    }
}
