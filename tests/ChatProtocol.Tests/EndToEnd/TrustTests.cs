using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A user and a server over TLS: which server is let in, and which is not.</summary>
public sealed class TrustTests
{
    [Spec("CP-TLS-006")]
    [Fact(Timeout = 60_000)]
    public async Task A_script_is_shown_the_key_of_a_server_that_is_not_known_and_may_let_it_in()
    {
        await using var installation = await StartAsync();
        var (ann, server, pin) = (installation.User("ann"), AddressOf(installation), installation.Chatd.Pin);

        (await ann.ChatAsync("send", "hi", "--server", server)).Failed(4, pin);
        Assert.Contains(pin, (await ann.ChatAsync("history", "-o", "ndjson", "--server", server)).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(KnownServersOf(ann)));

        (await ann.ChatAsync("send", "pinned", "--server", server, "--pin", pin)).Done();
        Assert.False(File.Exists(KnownServersOf(ann)));
        (await ann.ChatAsync("send", "let in", "--server", server, "--accept-new")).Done();
        (await ann.ChatAsync("send", "known", "--server", server)).Done();

        Assert.Equal(["pinned", "let in", "known"], (await ann.ChatAsync("history", "--server", server)).Done().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("ann: ")[1]));
        Assert.StartsWith($"{server["chats://".Length..]} {pin} 2", Assert.Single(await File.ReadAllLinesAsync(KnownServersOf(ann), TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Spec("CP-TLS-006")]
    [Fact(Timeout = 60_000)]
    public async Task A_key_that_has_changed_is_never_let_in()
    {
        await using var installation = await StartAsync();
        var ann = installation.User("ann");
        using var another = new TestCertificate("localhost");
        await File.WriteAllTextAsync(Known(ann), $"{AddressOf(installation)["chats://".Length..]} {another.Pin} 2026-01-02\n", TestContext.Current.CancellationToken);

        foreach (var more in (string[][])[[], ["--accept-new"]])
        {
            var refused = (await ann.ChatAsync(["send", "secret", "--server", AddressOf(installation), .. more])).Failed(4, installation.Chatd.Pin);
            Assert.Contains($"{another.Pin}, known since 2026-01-02", refused.Error, StringComparison.Ordinal);
            Assert.Contains(KnownServersOf(ann), refused.Error, StringComparison.Ordinal);
        }
        await using var terminal = await ann.OpenTerminalAsync("--server", AddressOf(installation));
        await terminal.WaitForExitAsync(4);
        (await ann.ChatAsync("send", "secret", "--server", AddressOf(installation), "--pin", another.Pin.ToString())).Failed(4, installation.Chatd.Pin);

        Assert.Equal("", (await ann.ChatAsync("history")).Done().Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_garbled_line_of_a_known_server_lets_no_key_in()
    {
        await using var installation = await StartAsync();
        var ann = installation.User("ann");
        await File.WriteAllTextAsync(Known(ann), $"# mine\n{AddressOf(installation)["chats://".Length..]} SHA256:half\n", TestContext.Current.CancellationToken);

        (await ann.ChatAsync("send", "hi", "--server", AddressOf(installation), "--accept-new")).Failed(1, "line 2 of");
    }

    [Spec("CP-TLS-006")]
    [Theory(Timeout = 60_000)]
    [InlineData("y", true)]
    [InlineData("n", false)]
    public async Task A_user_at_a_terminal_is_asked_once_about_a_server_that_is_not_known(string answer, bool isLetIn)
    {
        await using var installation = await StartAsync();
        var ann = installation.User("ann");
        await using (var terminal = await ann.OpenTerminalAsync("--server", AddressOf(installation)))
        {
            await terminal.WaitForAsync(installation.Chatd.Pin, "[y/N]");
            await terminal.EnterAsync(answer);
            if (!isLetIn)
            {
                Assert.Contains("was not let in", await terminal.WaitForExitAsync(4), StringComparison.Ordinal);
                Assert.False(File.Exists(KnownServersOf(ann)));
                return;
            }
            await terminal.WaitForAsync("/help");
            await terminal.EnterAsync("/quit");
            await terminal.WaitForExitAsync(0);
        }
        await using var again = await ann.EnterLobbyAsync("--server", AddressOf(installation));
        Assert.DoesNotContain("[y/N]", await again.ReadAsync(), StringComparison.Ordinal);
    }

    [Spec("CP-TLS-006")]
    [Fact(Timeout = 60_000)]
    public async Task A_server_that_an_authority_vouches_for_needs_no_pin_under_its_own_name()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestCertificate("authority");
        using var certificate = new TestCertificate("localhost", authority);
        authority.Write(folder.File("authority.pem"), folder.File("authority.key"));
        certificate.Write(folder.File("c.pem"), folder.File("k.pem"));
        await using var installation = await StartAsync("--tls-certificate", folder.File("c.pem"), "--tls-key", folder.File("k.pem"));
        var port = installation.Chatd.Tls.Port;
        var plain = installation.User("ann");
        var trusting = plain with { Environment = new Dictionary<string, string>(plain.Environment) { ["SSL_CERT_FILE"] = folder.File("authority.pem") } };

        (await trusting.ChatAsync("send", "hi", "--server", $"chats://localhost:{port}")).Done();
        Assert.False(File.Exists(KnownServersOf(plain)));
        (await trusting.ChatAsync("send", "hi", "--server", $"chats://127.0.0.1:{port}")).Failed(4, "it is not for 127.0.0.1");
        (await plain.ChatAsync("send", "hi", "--server", $"chats://localhost:{port}")).Failed(4, "no authority that this machine trusts");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_in_the_clear_and_a_port_for_tls_are_told_apart()
    {
        await using var installation = await StartAsync();
        var ann = installation.User("ann");

        (await ann.ChatAsync("send", "hi", "--server", $"chats://{installation.Chatd.Tcp}")).Failed(7, "no TLS could be agreed on");
        (await ann.ChatAsync("send", "hi", "--server", $"chat://{installation.Chatd.Tls}")).Failed(4, "use chats://");
        Assert.Contains(installation.Chatd.Pin, (await installation.ChatctlAsync("status")).Done().Output, StringComparison.Ordinal);
    }

    private static Task<Installation> StartAsync(params string[] options) => Installation.StartAsync(["--listen", "tls://127.0.0.1:0", .. options]);

    private static string AddressOf(Installation installation) => $"chats://{installation.Chatd.Tls}";

    private static string KnownServersOf(User user) => Path.Combine(Path.GetDirectoryName(user.SecretFile)!, "known_servers");

    private static string Known(User user) => Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(user.SecretFile)!).FullName, "known_servers");
}
