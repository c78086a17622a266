using ChatProtocol.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatProtocol.Tests.Hosting;

/// <summary>A bot that its host makes and runs.</summary>
public sealed class HostedBotTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_bot_is_made_by_the_services_and_answers_from_the_hosts_start_to_its_end()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await using var program = await HostedProgram.StartAsync(HostedProgram.Guest($"chat://{server.Tcp}", folder, "greeter"), client =>
        {
            client.Services.AddSingleton(new Greeting("good day"));
            client.AddBot<Greeter>();
        });
        var (user, tea) = await JoinAsync(server, program);
        await using var _ = user;

        await tea.PostAsync("!greet", Stop);
        var answer = await HeardAsync(tea, "greeter");
        await program.StopAsync();
        await tea.PostAsync("!greet", Stop);

        Assert.Equal("good day, bob", answer);
        Assert.Equal(ChatClientState.Ended, program.Client.State);
        Assert.DoesNotContain(program.Log.All, one => one.Level >= LogLevel.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_handler_throws_is_logged_with_its_message_and_the_bot_goes_on()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await using var program = await HostedProgram.StartAsync(
            HostedProgram.Guest($"chat://{server.Tcp}", folder, "greeter"), client => client.AddBot(_ => new Greeter(new Greeting("good day"))));
        var (user, tea) = await JoinAsync(server, program);
        await using var _ = user;

        var failing = await tea.PostAsync("!fail a secret thing", Stop);
        await tea.PostAsync("!greet", Stop);
        Assert.Equal("good day, bob", await HeardAsync(tea, "greeter"));
        var failed = await program.Log.WaitForAsync(20);

        Assert.Equal((LogLevel.Error, $"The bot Greeter of Chat has failed with message {failing.Seq} of room tea"), (failed.Level, failed.Message));
        Assert.Equal("it is broken", Assert.IsType<NotSupportedException>(failed.Exception).Message);
        Assert.DoesNotContain("a secret thing", program.Log.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bot_that_cannot_go_on_ends_the_host_and_says_why()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await using var program = await HostedProgram.StartAsync(
            HostedProgram.Guest($"chat://{server.Tcp}", folder), client => client.AddBot(_ => new ChatBot()));

        var ended = await program.Log.WaitForAsync(22);
        await Eventually.TrueAsync(() => program.Stopping.IsCancellationRequested, "the host stops");

        Assert.Equal((LogLevel.Critical, "The bot ChatBot of Chat has ended"), (ended.Level, ended.Message));
        Assert.Contains("nowhere to be", ended.Exception!.Message, StringComparison.Ordinal);
    }

    /// <summary>A user in the room of the bot, once that is there too.</summary>
    private static async Task<(ChatClient User, ChatRoom Tea)> JoinAsync(TestServer server, HostedProgram program)
    {
        var user = await ChatClient.ConnectAsync(
            new ChatClientOptions { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = "bob", Secret = ScriptedServer.Secret }, Stop);
        await program.Client.WaitUntilConnectedAsync(Stop);
        var tea = await user.JoinAsync("tea", cancellationToken: Stop);
        await Eventually.TrueAsync(async () => await tea.MembersAsync(Stop).AnyAsync(one => one.Name == "greeter", Stop), "the bot joins");
        return (user, tea);
    }

    private static async Task<string> HeardAsync(ChatRoom room, string from) =>
        (await room.EventsAsync(Stop).OfType<MessageReceived>().FirstAsync(said => said.Message.Name == from, Stop)).Message.Text.ToString();

    private sealed record Greeting(string Words);

    private sealed class Greeter : ChatBot
    {
        public Greeter(Greeting greeting)
        {
            Rooms.Add("tea");
            AddCommand("greet", "", "greets", command => command.ReplyAsync($"{greeting.Words}, {command.Author}"));
            AddCommand("fail", "[HOW...]", "fails", _ => throw new NotSupportedException("it is broken"));
        }
    }
}
