using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What the bot of the quickstart is asked, and has to answer.</summary>
internal static class BotConversation
{
    public static async Task HoldAsync(Installation server)
    {
        var stop = TestContext.Current.CancellationToken;
        await server.WaitForSessionsAsync("dicebot", 1);
        await using var alice = await ChatClient.ConnectAsync(
            new ChatClientOptions { Address = ChatAddress.Parse(server.Address), Name = "alice", Secret = ScriptedServer.Secret }, stop);
        await using var heard = alice.MessagesAsync("lobby", ChatCursor.Beginning, cancellationToken: stop).GetAsyncEnumerator(stop);

        Assert.Matches("^alice rolls [1-6]$", await AskAsync("!roll"));
        Assert.Matches("^alice rolls [12]$", await AskAsync("dicebot: roll 2"));
        Assert.Equal("SIDES is a number from 2 to 1000, and not 'much'", await AskAsync("!roll much"));
        Assert.Equal("!roll [SIDES]: rolls a die", await AskAsync("!help"));
        Assert.Equal("hello alice, !help tells what I can do", await AskAsync("are you there, dicebot?"));

        async Task<string> AskAsync(string question)
        {
            var room = await alice.OpenAsync("lobby", cancellationToken: stop);
            await room.PostAsync(question, stop);
            do
                Assert.True(await heard.MoveNextAsync());
            while (heard.Current.Message.Name == "alice");
            return $"{heard.Current.Message.Text}";
        }
    }
}
