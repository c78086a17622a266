using System.Text;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The audit log as an operator has it.</summary>
public sealed class AuditTests
{
    [Fact(Timeout = 120_000)]
    public async Task An_operator_sees_who_did_what_and_learns_that_the_log_was_changed_or_cut()
    {
        await using var installation = await Installation.StartAsync();
        await using var mallory = installation.User("mallory").StartChat("tail", "--retry-for", "0s");
        await installation.WaitForSessionsAsync("mallory", 1);
        (await installation.PipeChatctlAsync("correct horse\n", "accounts", "create", "olga", "--owner")).Done();
        (await installation.ChatctlAsync("accounts", "role", "olga", "member")).Done();
        (await installation.ChatctlAsync("kick", "mallory", "--reason", "too \u001b[31m loud")).Done();

        var text = (await installation.ChatctlAsync("audit", "--name", "mallory")).Done();
        Assert.Matches(@"^\d+ .* admin +admin socket +kick +mallory +too .*loud .*done$", Assert.Single(text.Lines[1..]));
        Assert.DoesNotContain('\u001b', text.Output);
        var change = Assert.Single((await installation.ChatctlAsync("audit", "--verb", "change-account", "--since", "1h", "-o", "ndjson")).Done().Objects);
        Assert.Equal(("role=owner disabled=0", "role=member disabled=0", "local-admin"), (change.GetProperty("was").GetString(), change.GetProperty("is").GetString(), change.GetProperty("credential").GetString()));

        var head = (await installation.ChatctlAsync("status", "-o", "ndjson")).Done().Objects[0].GetProperty("audit_head").GetString()!;
        (await installation.ChatctlAsync("kick", "nobody")).Failed(3, "nobody called nobody is here");
        (await installation.ChatctlAsync("verify", "--audit-head", head)).Done();
        (await installation.ChatctlAsync("verify", "--audit-head", "17:ab")).Failed(2, "--audit-head takes a number, a colon and 64 hexadecimal digits");
        var number = ulong.Parse(head.Split(':')[0], null);
        (await installation.ChatctlAsync("verify", "--audit-head", $"{number}:{new string('0', 64)}")).Failed(1, $"record {number} of the audit log is not the one that was told");
        (await installation.ChatctlAsync("verify", "--audit-head", $"{number + 100}:{new string('0', 64)}")).Failed(1, $"the audit log has no record {number + 100}");

        Execute(installation, $"UPDATE audit SET name = 'somebody else' WHERE id = {number}");
        (await installation.ChatctlAsync("verify")).Failed(1, $"record {number} is the first that was changed or is missing");
        Assert.Equal(number, (await installation.ChatctlAsync("verify", "-o", "ndjson")).Objects[0].GetProperty("audit_fault").GetUInt64());
    }

    [Spec("CP-AUD-003")]
    [Fact(Timeout = 120_000)]
    public async Task No_file_of_the_server_holds_a_password_a_token_or_a_code_that_an_act_was_about()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.PipeChatctlAsync("correct horse\n", "accounts", "create", "olga", "--owner")).Done();
        var token = (await installation.User("olga").PipeAsync("correct horse\n", "account", "token", "create", "a bot", "-o", "ndjson")).Done().Output;
        var invitation = (await installation.User("olga").PipeAsync("correct horse\n", "account", "invite", "-o", "ndjson")).Done().Output;
        (await installation.PipeChatctlAsync("battery staple\n", "accounts", "password", "olga")).Done();
        (await installation.ChatctlAsync("shutdown")).Done();
        Assert.Contains("create-token", Read(installation), StringComparison.Ordinal);

        var secrets = new[] { token, invitation }.Select(line => System.Text.RegularExpressions.Regex.Match(line, "chat_[ti]_[0-9A-Za-z]{49}").Value).Concat(["correct horse", "battery staple"]);
        Assert.All(secrets, secret =>
        {
            Assert.NotEmpty(secret);
            Assert.DoesNotContain(secret, Read(installation), StringComparison.Ordinal);
        });
    }

    /// <summary>The bytes of all files in the data folder.</summary>
    private static string Read(Installation installation) =>
        string.Concat(Directory.EnumerateFiles(installation.Data).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));

    private static void Execute(Installation installation, string sql)
    {
        using var connection = DatabaseConnection.Open(Path.Combine(installation.Data, "chat.db"), SqliteOpenMode.ReadWrite);
        connection.Execute(sql);
    }
}
