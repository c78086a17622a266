using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chat account export: a user's own data in a file.</summary>
public sealed class ExportTests
{
    private const string Password = "correct horse";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Everything_of_a_user_is_in_the_file_and_nothing_of_others_but_their_names()
    {
        await using var installation = await Installation.StartAsync();
        var (ann, bob) = (installation.User("ann"), installation.User("bob"));
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        (await bob.PipeAsync(Password + "\n", "register")).Done();
        await ann.SendAsync("in the lobby 你好");
        await bob.SendAsync("bob's words");
        await ann.SendAsync("to tea", "--room", "tea");
        await ann.SendAsync("in private", "--to", "bob");
        await ann.SendAsync("to be erased");
        (await installation.ChatctlAsync("erase", "lobby", "3")).Done();
        (await ann.PipeAsync(Password + "\n", "account", "invite", "-o", "ndjson")).Done();
        var file = Path.Combine(ann.Home, "ann.json");

        Assert.Equal($"your data is in {file}\n", (await ann.PipeAsync(Password + "\n", "account", "export", file)).Done().Output);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var text = await File.ReadAllTextAsync(file, Stop);
        using var export = JsonDocument.Parse(text);
        Assert.Empty(JsonSchema.FaultsOf(export.RootElement));
        Assert.Equal(("ann", "member"), (export.RootElement.GetProperty("account").GetProperty("name").GetString(), export.RootElement.GetProperty("account").GetProperty("role").GetString()));
        Assert.Equal([("lobby", "in the lobby 你好"), ("lobby", null), ("tea", "to tea"), ("@bob", "in private")], MessagesOf(export.RootElement));
        Assert.Equal((1, 1, 1), (Count("sessions"), Count("tokens"), Count("invitations")));
        Assert.DoesNotContain("bob's words", text, StringComparison.Ordinal);
        Assert.DoesNotContain("chat_", text, StringComparison.Ordinal);

        int Count(string name) => export.RootElement.GetProperty(name).GetArrayLength();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_history_of_many_pages_is_exported_whole_to_standard_output()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        var lines = Enumerable.Range(0, 2500).Select(i => $"line {i}").ToList();
        (await ann.PipeAsync(string.Join('\n', lines) + "\n", "send", "-")).Done();

        var output = (await ann.PipeAsync(Password + "\n", "account", "export")).Done().Output;

        using var export = JsonDocument.Parse(output);
        Assert.Equal(lines, MessagesOf(export.RootElement).Select(message => message.Text));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_file_that_is_there_is_not_overwritten_and_a_failed_export_leaves_none()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        var (old, next) = (Path.Combine(ann.Home, "old.json"), Path.Combine(ann.Home, "next.json"));
        await File.WriteAllTextAsync(old, "mine", Stop);

        (await ann.PipeAsync(Password + "\n", "account", "export", old)).Failed(5, "is there already");
        Assert.Equal("mine", await File.ReadAllTextAsync(old, Stop));
        (await ann.PipeAsync("wrong horse\n", "account", "export", next)).Failed(4, "the password is wrong");
        Assert.False(File.Exists(next));
        (await ann.PipeAsync(Password + "\n", "account", "export", "/nowhere/ann.json")).Failed(1, "/nowhere/ann.json cannot be written");
        (await installation.User("guest").PipeAsync(Password + "\n", "account", "export", next)).Failed(4, "password");
    }

    [Fact(Timeout = 120_000)]
    public async Task An_export_that_is_interrupted_leaves_no_half_file()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        var file = Path.Combine(ann.Home, "ann.json");
        await using var export = ann.StartChat("account", "export", file);
        // It waits for the password on standard input.
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(file)), () => "the export has not begun");
        export.Signal(PosixSignal.SIGINT);

        Assert.Equal(130, await export.ExitAsync());
        Assert.False(File.Exists(file));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_terminal_is_shown_how_far_it_is()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        (await ann.PipeAsync(string.Join('\n', Enumerable.Range(0, 300)) + "\n", "send", "-")).Done();
        await using var terminal = await ann.OpenTerminalAsync("account", "export", Path.Combine(ann.Home, "ann.json"));
        await terminal.WaitForAsync("Password of ann");
        await terminal.EnterAsync(Password);

        var screen = await terminal.WaitForExitAsync(0);
        Assert.Contains("your data is in", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("messages read", screen, StringComparison.Ordinal);
    }

    private static List<(string? Room, string? Text)> MessagesOf(JsonElement export) =>
    [
        .. from room in export.GetProperty("rooms").EnumerateArray()
           from message in room.GetProperty("messages").EnumerateArray()
           select (room.GetProperty("room").GetString(), message.GetProperty("text").GetString()),
    ];
}
