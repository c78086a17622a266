using System.Globalization;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What scripts and monitors ask: chatctl check and wait, and a shutdown that was announced.</summary>
public sealed class MonitoringTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_check_ends_with_one_where_a_bound_is_reached()
    {
        await using var installation = await Installation.StartAsync("--disk-floor", "1M");
        await installation.User("ann").SendAsync("hi");

        Assert.Equal(["disk", "connections", "commit"], (await installation.ChatctlAsync("check", "--commit", "1h,2h", "-o", "ndjson")).Done().Objects.Select(check => check.GetProperty("check").GetString()));
        var slow = await installation.ChatctlAsync("check", "--commit", "0s,1h", "--connections", "0,1", "-o", "ndjson");
        Assert.Equal((1, ""), (slow.ExitCode, slow.Error));
        Assert.Equal(["ok", "critical", "warning"], slow.Objects.Select(check => check.GetProperty("state").GetString()));
        Assert.Matches(@"\ndisk +critical +\S+ .B free\n", (await installation.ChatctlAsync("check", "--disk", "8000000G,7000000G")).Output);
        (await installation.ChatctlAsync("check", "--disk", "1G")).Failed(2, "--disk takes the bound of a warning and that of critical with a comma between them");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0, "CHATD OK - all is well | disk=", "--commit", "1h,2h")]
    [InlineData(1, "CHATD WARNING - connections is 1 of ", "--commit", "1h,2h", "--connections", "1,100")]
    [InlineData(2, "CHATD CRITICAL - connections is 1 of ", "--commit", "1h,2h", "--connections", "1,1")]
    [InlineData(2, "CHATD CRITICAL - no chatd is running with this data folder", "--data", "/nowhere")]
    [InlineData(3, "", "--commit", "nonsense")]
    [InlineData(3, "", "--nonsense")]
    public async Task For_Nagios_a_check_has_the_form_and_the_exit_codes_of_its_plugins(int exitCode, string begins, params string[] options)
    {
        await using var installation = await Installation.StartAsync();
        foreach (var asking in new string[][] { ["-o", "nagios"], ["--output=nagios"] })
        {
            var result = await installation.ChatctlAsync(["check", .. options, .. asking]);
            Assert.Equal(exitCode, result.ExitCode);
            Assert.StartsWith(begins, result.Output, StringComparison.Ordinal);
            if (exitCode < 2)
                Assert.Matches(@"\A[^|\n]+\| disk=\d+B;\d+:;\d+:;0 connections=1;[\d.]+;[\d.]+;0 commit=[\d.]+s;3600;7200;0\n\z", result.Output);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_end_of_the_certificate_is_checked_where_there_is_one()
    {
        await using var installation = await Installation.StartAsync("--listen", "tls://127.0.0.1:0");

        var check = (await installation.ChatctlAsync("check", "--commit", "1h,2h", "-o", "ndjson")).Done().Objects[^1];

        Assert.Equal("certificate", check.GetProperty("check").GetString());
        var status = (await installation.ChatctlAsync("status", "-o", "ndjson")).Done().Objects.Single();
        var left = DateTimeOffset.Parse(status.GetProperty("certificate_end").GetString()!, CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow;
        Assert.InRange(check.GetProperty("value").GetDouble(), left.TotalSeconds, left.TotalSeconds + 60);
        Assert.Equal(1, (await installation.ChatctlAsync("check", "--certificate", "999999d,1d")).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_form_of_Nagios_goes_with_a_check_alone()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.ChatctlAsync("list", "-o", "nagios")).Failed(3, "-o nagios goes with check alone");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_script_waits_for_the_server_from_before_its_start_to_its_end()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.ChatctlAsync("shutdown")).Done();
        (await installation.ChatctlAsync("wait", "ready", "--timeout", "300ms")).Failed(6, "the server does not answer after 0.3 s");
        Assert.Equal("the server has stopped\n", (await installation.ChatctlAsync("wait", "stopped")).Done().Output);

        var ready = installation.ChatctlAsync("wait", "ready");
        await installation.StartChatdAsync();
        Assert.Equal("the server is ready\n", (await ready).Done().Output);

        (await installation.ChatctlAsync("wait", "stopped", "--timeout", "300ms")).Failed(6, "the server has not stopped after 0.3 s");
        var stopped = installation.ChatctlAsync("wait", "stopped");
        (await installation.ChatctlAsync("shutdown")).Done();
        (await stopped).Done();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_script_waits_until_no_more_than_so_many_are_left()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = installation.User("ann").StartChat("tail", "--retry-for", "0s");
        await installation.WaitForSessionsAsync("ann", 1);
        (await installation.ChatctlAsync("wait", "sessions", "0", "--timeout", "300ms")).Failed(6, "there are more sessions after 0.3 s");
        Assert.Equal("there is 1 session\n", (await installation.ChatctlAsync("wait", "sessions", "1")).Done().Output);

        var empty = installation.ChatctlAsync("wait", "sessions", "0");
        (await installation.ChatctlAsync("kick", "ann")).Done();

        Assert.Equal("there are 0 sessions\n", (await empty).Done().Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_shutdown_is_announced_before_and_the_clients_come_back_by_themselves()
    {
        await using var installation = await Installation.StartAsync();
        await using var tail = installation.User("ann").StartChat("tail", "--server", installation.SocketAddress);
        await installation.WaitForSessionsAsync("ann", 1);

        (await installation.ChatctlAsync("shutdown", "--announce", "a new version comes 🔧", "--in", "100ms", "--grace", "5s", "--back", "100ms")).Done();
        Assert.EndsWith("** server: a new version comes 🔧", await tail.ReadLineAsync(), StringComparison.Ordinal);
        await installation.StartChatdAsync();
        await installation.WaitForSessionsAsync("ann", 1);
        await installation.User("bob").SendAsync("back again");

        Assert.EndsWith("bob: back again", await tail.ReadLineAsync(), StringComparison.Ordinal);
    }
}
