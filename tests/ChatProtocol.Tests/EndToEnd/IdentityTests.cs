using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Who one is: by a secret, under a name.</summary>
public sealed class IdentityTests
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact(Timeout = 60_000)]
    public async Task The_secret_is_made_for_its_user_alone()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("hello");
        Assert.Equal(32, new FileInfo(ann.SecretFile).Length);
        Assert.Equal(Own, File.GetUnixFileMode(ann.SecretFile));
        Assert.Equal(Own | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(ann.SecretFile)!));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_place_for_the_secret_one_is_warned_and_talks()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        // Not even root makes a folder in a file.
        Directory.CreateDirectory(ann.Home);
        await File.WriteAllTextAsync(Path.Combine(ann.Home, "config"), "", TestContext.Current.CancellationToken);
        var sent = await ann.ChatAsync("send", "hello");
        Assert.Equal((0, ""), (sent.ExitCode, sent.Output));
        Assert.Matches(@"\Achat: [^\n]*the name is yours for this run only\.\n\z", sent.Error);
        Assert.EndsWith("ann: hello\n", (await installation.User("bob").ChatAsync("history")).Done().Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_that_others_can_read_is_warned_of()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("hello");
        File.SetUnixFileMode(ann.SecretFile, Own | UnixFileMode.OtherRead);
        var sent = await ann.ChatAsync("send", "hello");
        Assert.Equal((0, ""), (sent.ExitCode, sent.Output));
        Assert.Contains($"Run: chmod 600 '{ann.SecretFile}'", sent.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_was_chosen_and_is_somebody_elses_is_taken()
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("I am ann");
        var other = installation.Nameless("other");
        (await other.ChatAsync("send", "--name", "Ann", "me too")).Failed(5, "the name Ann is held for somebody who has left, until ");
        var refused = await other.ChatAsync("send", "--name", "ann", "me too", "-o", "ndjson");
        Assert.Equal((5, 5, (int)ErrorCode.NameTaken), (refused.ExitCode,
            refused.ErrorObject.GetProperty("exit").GetInt32(), refused.ErrorObject.GetProperty("code").GetInt32()));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_nobody_chose_gives_way_and_the_user_is_told()
    {
        await using var installation = await Installation.StartAsync();
        await using var first = installation.Nameless("first").StartChat("tail", "--count", "1", "-o", "ndjson");
        var name = Names.Validate(Environment.UserName) is null ? Environment.UserName : "guest";
        await installation.WaitForSessionsAsync(name, 1);

        var second = await installation.Nameless("second").ChatAsync("send", "hello");
        Assert.Equal((0, ""), (second.ExitCode, second.Output));
        Assert.Equal($"chat: somebody else is called {name}; you are {name}-2 (choose with --name)\n", second.Error);
        Assert.Equal($"{name}-2", (await first.EndAsync()).Done().Objects.Single().GetProperty("from").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task One_user_on_two_terminals_is_one_person_with_two_sessions()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        var bob = installation.User("bob");
        await using var first = await bob.OpenTerminalAsync();
        await first.WaitForAsync("* you are bob in lobby, with ann", "/help");
        await ann.WaitForAsync("* bob is here in lobby");
        await using var second = await bob.OpenTerminalAsync();
        await second.WaitForAsync("* you are bob in lobby, with ann", "/help");

        Assert.Equal(["ann", "bob (2 sessions)"], (await installation.User("cid").ChatAsync("who")).Done().Lines);
        await first.EnterAsync("from one of them");
        await second.WaitForAsync("bob» from one of them");
        await first.EnterAsync("/quit");
        await first.WaitForExitAsync(0);
        await second.EnterAsync("from the other");
        Assert.Single((await ann.WaitForAsync("bob: from the other")).Split('\n'), line => line.StartsWith("* bob ", StringComparison.Ordinal));
        await second.EnterAsync("/quit");
        await second.WaitForExitAsync(0);
        await ann.WaitForAsync("* bob has left lobby");
    }
}
