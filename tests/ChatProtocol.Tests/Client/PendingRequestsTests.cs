using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Requests over the change from one connection to the next.</summary>
public sealed class PendingRequestsTests
{
    private readonly PendingRequests _requests = new(new ChatClientOptions { Address = ChatAddress.Parse("chat://127.0.0.1:1"), Name = "ann", Secret = ScriptedServer.Secret }, null);

    [Fact(Timeout = 10_000)]
    public async Task A_connection_that_is_lost_right_behind_its_login_lets_nothing_go_ahead_of_the_next_login()
    {
        var first = new SendBuffer();
        _requests.Connect(first);
        _requests.Disconnect(ChatException.Disconnected("lost"), null);
        // Only now the session hears that the first connection is ready.
        _requests.Open(first, Limits.Default);
        var second = new SendBuffer();
        _requests.Connect(second);

        _requests.Add(new Call<Pong, bool>(id => new Ping(id), _ => true));
        _requests.Continue();
        second.Write(new Ping(77));

        Assert.Equal([new Ping(77)], Frames.Decode((await second.TakeAsync()).ToArray(), Direction.ToServer));

        _requests.Open(second, Limits.Default);
        Assert.Equal([new Ping(1)], Frames.Decode((await second.TakeAsync()).ToArray(), Direction.ToServer));
    }
}
