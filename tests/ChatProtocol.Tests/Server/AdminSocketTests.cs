using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class AdminSocketTests
{
    private const int Nobody = 65534;

    [Fact(Timeout = 20_000)]
    public async Task Its_own_user_is_an_admin_there_and_may_be_a_guest()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        var guest = await (await server.OpenAsync(server.AdminSocket)).LogInAsync("ann");

        var sessions = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items;

        Assert.Equal(["admin", "ann"], sessions.Select(s => s.Name));
        Assert.All(sessions, s => Assert.Equal("admin", s.Transport));
        Assert.Equal(ErrorCode.Denied, (await guest.AskAsync<Error>(new Sessions(guest.NextId(), 0))).Reason);
    }

    [Spec("CP-SES-014")]
    [Fact(Timeout = 20_000)]
    public async Task Nobody_is_an_admin_by_TCP()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        await client.SendAsync([client.Hello(), new Login(9, "admin", CredentialKind.LocalAdmin, ReadOnlyMemory<byte>.Empty, null, Inbox: false)]);

        await client.ReceiveAsync<Welcome>();
        Assert.Equal(ErrorCode.BadCredential, (await client.ReceiveAsync<Error>()).Reason);
    }

    [Spec("CP-ADM-001")]
    [Fact(Timeout = 20_000)]
    public async Task Another_user_is_refused_even_where_the_files_would_let_him_in()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can be somebody else");
        await using var server = await TestServer.StartAsync();
        const UnixFileMode everybody = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(server.Options.DataFolder, everybody);
        File.SetUnixFileMode(server.AdminSocket.ToString(), everybody);

        var frame = await ConnectAsAsync(Nobody, server.AdminSocket.ToString());

        Assert.Equal(ErrorCode.Denied, Assert.IsType<Error>(frame).Reason);
        await server.AdminAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task The_folder_keeps_other_users_from_the_socket()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can be somebody else");
        await using var server = await TestServer.StartAsync();

        Assert.Null(await ConnectAsAsync(Nobody, server.AdminSocket.ToString()));
    }

    /// <summary>What the socket says first to a process of that user; null if it cannot even connect.</summary>
    private static async Task<Frame?> ConnectAsAsync(int user, string socket)
    {
        const string script = """
            import os, socket, sys
            os.setuid(int(sys.argv[1]))
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(10)
            try:
                s.connect(sys.argv[2])
                print(s.makefile('rb').read().hex())
            except PermissionError:
                print('denied')
            """;
        var start = new ProcessStartInfo("python3", ["-c", script, user.ToString(CultureInfo.InvariantCulture), socket]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var line = (await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return line == "denied" ? null : FrameCodec.Decode(new(Convert.FromHexString(line).AsMemory(FrameBuffer.LengthSize)), Direction.ToClient);
    }
}
