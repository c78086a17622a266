using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The contract with programs: every command of chatctl prints objects that a schema describes.</summary>
public sealed class ResultSchemaTests
{
    /// <summary>
    /// A run of each command, in an order in which all of them work; $FILE and $EXPORT are not there yet. A new command needs a line here,
    /// and a schema. The commands are those that the help lists.
    /// </summary>
    private static readonly string[] Runs =
    [
        "list",
        "status",
        "check --commit 1h,2h",
        "wait ready",
        "wait sessions 9",
        "top --every 100ms --once",
        "trace $ANN --for 3s",
        "rooms",
        "bans",
        "send ann hello",
        "broadcast hello",
        "retention lobby",
        "retention lobby --count 1 --dry-run",
        "erase lobby 1 --dry-run",
        "erase lobby 1 2",
        "ban mallory --dry-run",
        "ban 203.0.113.0/24",
        "ban mallory --for 1h",
        "bans",
        "unban mallory",
        "unban 203.0.113.0/24",
        "rooms create plans --by-invitation",
        "rooms set tea --topic green --slow 1s --moderated on",
        "roles set tea mallory member",
        "roles tea",
        "mute mallory --room tea --for 1h",
        "unmute mallory --room tea",
        "ban mallory --room tea",
        "unban mallory --room tea",
        "purge mallory --last 1h --dry-run",
        "purge mallory --last 1h --room tea --yes",
        "kick mallory --for 1s",
        "kick ann",
        "export $EXPORT --room tea",
        "rooms remove tea --dry-run",
        "rooms remove tea --yes",
        "accounts create eve --admin",
        "accounts list",
        "accounts show eve",
        "accounts password eve",
        "accounts role eve member",
        "accounts disable eve",
        "accounts enable eve",
        "tokens list olga",
        "tokens revoke olga 1",
        "invitations list",
        "invitations revoke 1",
        "audit",
        "accounts delete eve --dry-run",
        "accounts delete eve --yes",
        "context add lab --server chats://chat.example",
        "context list",
        "context use lab",
        "context remove lab",
        "import $EXPORT --dry-run",
        "import $EXPORT --yes",
        "backup $FILE",
        "verify",
        "config show",
        "config reload",
        "accept-time",
        "shutdown --dry-run",
        "shutdown",
        "wait stopped",
    ];

    /// <summary>Results of runs that fail, or of the other programs, and the lines of an export.</summary>
    private static readonly string[] Elsewhere = ["chat.export.v1", "chat.unread.v1", "error.v1", "export.v1", "scenario.v1", "warning.v1"];

    [Theory(Timeout = 180_000)]
    [InlineData("json")]
    [InlineData("ndjson")]
    public async Task Every_command_prints_what_its_schema_describes(string form)
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = installation.User("ann").StartChat("tail");
        await using var mallory = installation.User("mallory").StartChat("tail", "--retry-for", "0s");
        foreach (var room in (string[])["lobby", "lobby", "tea"])
            await installation.User("bob").SendAsync("你好", "--room", room);
        await installation.WaitForSessionsAsync("ann", 1);
        await installation.WaitForSessionsAsync("mallory", 1);

        // Tokens and invitations are made by those that they are of.
        (await installation.PipeChatctlAsync("correct horse\n", "accounts", "create", "olga", "--owner")).Done();
        (await installation.User("olga").PipeAsync("correct horse\n", "account", "token", "create", "a bot", "-o", "ndjson")).Done();
        (await installation.User("olga").PipeAsync("correct horse\n", "account", "invite", "-o", "ndjson")).Done();

        var anns = (await installation.ChatctlAsync("list", "-o", "ndjson")).Done().Objects.Single(one => one.GetProperty("name").GetString() == "ann").GetProperty("id").GetRawText();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in Runs)
        {
            if (run.StartsWith("kick mallory", StringComparison.Ordinal))
                await installation.User("mallory").StartChat("tail").DisposeAsync();
            var file = Path.Combine(installation.Data, "..", $"copy-{form}");
            var running = installation.PipeChatctlAsync("correct horse\n", [.. run.Split(' ').Select(word => word == "$FILE" ? file : word == "$EXPORT" ? file + ".ndjson" : word == "$ANN" ? anns : word), "-o", form]);
            // A trace has something to tell only while somebody talks.
            while (run.StartsWith("trace", StringComparison.Ordinal) && !running.IsCompleted)
                await installation.User("bob").SendAsync("again", "--room", "lobby");
            var result = (await running).Done();
            var items = form == "json" ? [.. Assert.Single(result.Objects).EnumerateArray()] : result.Objects;
            Assert.True(items.Length > 0 || run == "bans", $"chatctl {run} has no result");
            Assert.All(items, item =>
            {
                Assert.Empty(JsonSchema.FaultsOf(item));
                Assert.Equal("schema", item.EnumerateObject().First().Name);
                seen.Add(item.GetProperty("schema").GetString()!);
            });
            Assert.Single(items.Select(item => item.GetProperty("schema").GetString()).DefaultIfEmpty().Distinct());
        }
        Assert.Equal(JsonSchema.All.Except(Elsewhere), seen.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task Every_command_of_the_help_is_held_to_a_schema()
    {
        foreach (var command in await HelpTests.CommandsOfAsync("chatctl"))
            Assert.Contains(Runs, run => $"{run} ".StartsWith($"{command} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_schema_is_named_as_its_file_and_refuses_another_object()
    {
        Assert.All(JsonSchema.All, name =>
        {
            var schema = JsonSchema.Read(name);
            Assert.Equal(name, schema.Id);
            using var empty = JsonDocument.Parse("{}");
            Assert.NotEmpty(schema.Validate(empty.RootElement));
        });
    }

    [Theory]
    [InlineData("""{"type": "object"}""", "[]")]
    [InlineData("""{"type": ["string", "null"]}""", "1")]
    [InlineData("""{"type": "integer"}""", "1.5")]
    [InlineData("""{"const": "a"}""", "\"b\"")]
    [InlineData("""{"enum": ["a", "b"]}""", "\"c\"")]
    [InlineData("""{"pattern": "^a$"}""", "\"ab\"")]
    [InlineData("""{"minimum": 0}""", "-1")]
    [InlineData("""{"items": {"type": "string"}}""", "[\"a\", 1]")]
    [InlineData("""{"required": ["a"]}""", "{}")]
    [InlineData("""{"properties": {"a": {"type": "string"}}}""", """{"a": 1}""")]
    [InlineData("""{"properties": {"a": {"type": "string"}}}""", """{"b": 1}""")]
    [InlineData("""{"additionalProperties": {"type": "string"}}""", """{"b": 1}""")]
    [InlineData("""{"$defs": {"d": {"type": "string"}}, "items": {"$ref": "#/$defs/d"}}""", "[1]")]
    public void The_validator_of_these_tests_finds_each_kind_of_fault(string schema, string value)
    {
        using var document = JsonDocument.Parse(value);
        Assert.NotEmpty(JsonSchema.Parse(schema).Validate(document.RootElement));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ndjson")]
    [InlineData("json")]
    public async Task Every_error_is_an_object_that_its_schema_describes(string form)
    {
        await using var installation = await Installation.StartAsync();
        foreach (var (exitCode, command) in (IEnumerable<(int, string)>)[(2, "nope"), (2, "kick"), (2, "ban"), (2, "shutdown --grace soon"), (2, "rooms remove lobby"), (3, "kick 999"), (3, "rooms remove tea --dry-run"), (3, "erase lobby 1 --dry-run"), (7, "list --data /nowhere")])
        {
            var result = await installation.ChatctlAsync([.. command.Split(' '), "-o", form]);
            Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
            Assert.Equal("error.v1", result.ErrorObject.GetProperty("schema").GetString());
            Assert.Empty(JsonSchema.FaultsOf(result.ErrorObject));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_array_is_whole_where_only_its_end_failed()
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("bob").SendAsync("hello");
        var result = await installation.ChatctlAsync("erase", "lobby", "1", "2", "-o", "json");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(1, Assert.Single(Assert.Single(result.Objects).EnumerateArray()).GetProperty("seq").GetInt32());
        Assert.Empty(JsonSchema.FaultsOf(result.ErrorObject));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_old_name_of_the_form_for_people_is_still_taken()
    {
        await using var installation = await Installation.StartAsync();

        var table = (await installation.ChatctlAsync("rooms", "-o", "table")).Done().Output;

        Assert.Equal(table, (await installation.ChatctlAsync("rooms", "-o", "text")).Done().Output);
        Assert.Equal(table, (await installation.ChatctlAsync("rooms")).Done().Output);
        Assert.DoesNotContain("table", (await installation.ChatctlAsync("--help")).Done().Output, StringComparison.Ordinal);
    }
}
