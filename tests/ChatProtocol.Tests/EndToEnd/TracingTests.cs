using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chatctl trace: what goes on between a client and the server.</summary>
public sealed class TracingTests
{
    private const string Password = "correct horse";

    [Spec("CP-ADM-050", "CP-ADM-051", "CP-ADM-052")]
    [Fact(Timeout = 120_000)]
    public async Task The_frames_of_a_session_are_shown_by_name_without_what_is_said_until_it_ends()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await RawClient.ConnectAsync(installation.Chatd.Tcp);
        await ann.LogInAsync("ann");
        var room = (await ann.JoinAsync("lobby")).Room;
        await using var trace = await StartAsync(installation, "ann", ann, "-o", "ndjson");
        await ann.AskAsync<Posted>(new Post(ann.NextId(), room, "xyzzy", null));
        await ann.AskAsync<Ok>(new Quit(ann.NextId()));

        var result = (await trace.EndAsync()).Done();
        Assert.DoesNotContain("xyzzy", result.Output, StringComparison.Ordinal);
        Assert.All(result.Objects, one => Assert.Empty(JsonSchema.FaultsOf(one)));
        Assert.Equal(["post", "posted", "message", "quit", "ok", "ended"], result.Objects.Select(one => one.GetProperty("name").GetString()).Where(name => name is not ("ping" or "pong")));
        var post = result.Objects.Single(one => one.GetProperty("name").GetString() == "post");
        Assert.Equal(("to-server", "text,key", room, JsonValueKind.Null), (post.GetProperty("direction").GetString(), post.GetProperty("hidden").GetString(),
            post.GetProperty("fields").GetProperty("room").GetUInt64(), post.GetProperty("fields").GetProperty("text").ValueKind));
    }

    [Spec("CP-ADM-052")]
    [Fact(Timeout = 120_000)]
    public async Task Bodies_show_what_is_said_but_never_a_password()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "olga", "--owner")).Done();
        await using var olga = await RawClient.ConnectAsync(installation.Chatd.Tcp);
        await olga.AskAsync<Welcome>(new Hello(olga.NextId(), 1, 1, [], "raw"));
        await using var trace = await StartAsync(installation, "", olga, "--bodies");
        await olga.AskAsync<LoggedIn>(new Login(olga.NextId(), "olga", CredentialKind.Password, System.Text.Encoding.UTF8.GetBytes(Password), null, false));
        var room = (await olga.JoinAsync("lobby")).Room;
        await olga.AskAsync<Posted>(new Post(olga.NextId(), room, "a \e[31mred\e[0m word", null));
        await olga.AskAsync<Ok>(new Quit(olga.NextId()));

        var output = (await trace.EndAsync()).Done().Output;
        Assert.Contains("-> login (4)", output, StringComparison.Ordinal);
        Assert.Contains("secret=… publisher=…", output, StringComparison.Ordinal);
        Assert.Contains("text=\"a \\u001b[31mred\\u001b[0m word\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, output, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(Password)), output, StringComparison.Ordinal);
        Assert.EndsWith("the session has ended\n", output, StringComparison.Ordinal);
    }

    [Spec("CP-ADM-050")]
    [Fact(Timeout = 120_000)]
    public async Task The_lines_of_a_text_client_are_the_requests_that_they_became()
    {
        await using var installation = await Installation.StartAsync("--legacy-echo");
        await using var text = await TextClient.EnterAsync(installation.Chatd.Tcp);
        var id = await SessionOfAsync(installation, one => one.GetProperty("transport").GetString() == "legacy/gbk");
        await using var trace = Start(installation, id, "--bodies");
        var first = trace.ReadLineAsync();
        while (!first.IsCompleted)
        {
            await text.SendAsync("again\n");
            await text.UntilAsync($"{text.Guest}: again");
        }
        var line = await first;
        while (!line!.Contains("-> post (10)", StringComparison.Ordinal))
            line = await trace.ReadLineAsync();
        Assert.EndsWith(" text=\"again\" action=false", line, StringComparison.Ordinal);
    }

    [Spec("CP-ADM-052")]
    [Fact(Timeout = 120_000)]
    public async Task A_trace_has_an_end_by_time_and_is_refused_where_it_cannot_be()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await RawClient.ConnectAsync(installation.Chatd.Tcp);
        await ann.LogInAsync("ann");
        var id = await SessionOfAsync(installation, one => one.GetProperty("name").GetString() == "ann");
        Assert.Equal("", (await installation.ChatctlAsync("trace", id, "--for", "200ms")).Done().Output);
        (await installation.ChatctlAsync("trace", "999")).Failed(3, "no connection 999");
        var endless = await installation.ChatctlAsync("trace", id, "-o", "json");
        Assert.Equal(2, endless.ExitCode);
        Assert.Contains("give --for", endless.ErrorObject.GetProperty("error").GetString(), StringComparison.Ordinal);
        (await installation.ChatctlAsync("trace", "ann")).Failed(2, "'ann'");
    }

    /// <summary>Traces the session of a client, which is busy until the first frame of it is told.</summary>
    private static async Task<ToolProcess> StartAsync(Installation installation, string name, RawClient client, params string[] options)
    {
        var trace = Start(installation, await SessionOfAsync(installation, one => one.GetProperty("name").GetString() == name), options);
        var first = trace.ReadLineAsync();
        while (!first.IsCompleted)
            await client.AskAsync<Pong>(new Ping(client.NextId()));
        await first;
        return trace;
    }

    private static ToolProcess Start(Installation installation, string id, params string[] options) => ToolProcess.Start(
        ToolProcess.Program("chatctl"), ["trace", id, "--data", installation.Data, .. options], installation.User("operator").Environment);

    private static async Task<string> SessionOfAsync(Installation installation, Func<JsonElement, bool> isMeant) =>
        (await installation.ChatctlAsync("list", "-o", "ndjson")).Done().Objects.Single(isMeant).GetProperty("id").GetRawText();
}
