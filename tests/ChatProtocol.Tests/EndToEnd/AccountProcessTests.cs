using System.Text;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Accounts on the real server: passwords are hashed for real, nothing secret is kept, and nobody waits for those who try.</summary>
public sealed class AccountProcessTests
{
    private const string Password = "a password that nobody else has";

    [Spec("CP-ACC-001", "CP-ACC-003", "CP-ACC-004", "CP-ACC-008")]
    [Fact(Timeout = 60_000)]
    public async Task An_account_and_its_token_are_good_after_a_kill_and_neither_is_found_in_the_data_or_the_log()
    {
        using var folder = new TemporaryFolder();
        string token, said;
        await using (var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "trace"))
        {
            await using var client = await RawClient.ConnectAsync(chatd.Tcp);
            await client.SendAsync(client.Hello());
            await client.ReceiveAsync<Welcome>();
            await client.AskAsync<Ok>(new Register(client.NextId(), "ann", Encoding.UTF8.GetBytes(Password), null));
            await client.AskAsync<LoggedIn>(PasswordLogin(client, "ann", Password));
            token = Encoding.ASCII.GetString((await client.AskAsync<TokenMade>(new CreateToken(client.NextId(), "bot", (int)TokenScopes.Read, [], null))).Secret.Span);
            Assert.Equal(ErrorCode.LoginFailed, (await client.AskAsync<Error>(new ChangePassword(client.NextId(), "wrong password"u8.ToArray(), "another one"u8.ToArray()))).Reason);
            chatd.Kill();
            await chatd.ExitAsync();
            said = await chatd.Error;
        }
        foreach (var secret in (string[])[Password, token, "wrong password"])
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
            foreach (var file in Directory.EnumerateFiles(folder.Path).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)))
                Assert.False((await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0, $"{secret} is in {file}");
        }

        await LogInAgainAsync(folder.Path, token);
    }

    private static async Task LogInAgainAsync(string data, string token)
    {
        await using var again = await ChatdProcess.StartAsync("--data", data, "--listen", "tcp://127.0.0.1:0");
        // Twice: the first login must not change what the second is checked against.
        for (var i = 0; i < 2; i++)
        {
            await using var ann = await RawClient.ConnectAsync(again.Tcp);
            await ann.SendAsync(ann.Hello());
            await ann.ReceiveAsync<Welcome>();
            await ann.AskAsync<LoggedIn>(PasswordLogin(ann, "ann", Password));
        }
        await using var bot = await RawClient.ConnectAsync(again.Tcp);
        await bot.SendAsync(bot.Hello());
        await bot.ReceiveAsync<Welcome>();
        Assert.Equal("ann", (await bot.AskAsync<LoggedIn>(new Login(bot.NextId(), "", CredentialKind.Token, Encoding.ASCII.GetBytes(token), null, false))).Name);
    }

    [Spec("CP-ACC-007")]
    [Fact(Timeout = 60_000)]
    public async Task Whether_there_is_an_account_is_not_told_by_the_time_of_an_answer()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--limit", "near:passwords=none", "--limit", "near:account-passwords=none");
        await using var client = await RawClient.ConnectAsync(chatd.Tcp);
        await client.SendAsync(client.Hello());
        await client.ReceiveAsync<Welcome>();
        await client.AskAsync<Ok>(new Register(client.NextId(), "ann", Encoding.UTF8.GetBytes(Password), null));
        var times = new Dictionary<string, List<double>> { ["ann"] = [], ["nobody"] = [] };
        for (var round = 0; round < 12; round++)
            foreach (var (name, ofName) in times)
            {
                var began = TimeProvider.System.GetTimestamp();
                Assert.Equal(ErrorCode.LoginFailed, (await client.AskAsync<Error>(PasswordLogin(client, name, "wrong password"))).Reason);
                ofName.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }

        // A name that is looked up and then not hashed for takes a hundredth of the time; a noisy machine does not.
        Assert.InRange(Median(times["nobody"]) / Median(times["ann"]), 0.3, 3);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static Login PasswordLogin(RawClient client, string name, string password) =>
        new(client.NextId(), name, CredentialKind.Password, Encoding.UTF8.GetBytes(password), null, false);
}
