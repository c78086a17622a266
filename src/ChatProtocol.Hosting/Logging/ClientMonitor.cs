using ChatProtocol.Client;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Hosting;

/// <summary>Logs what happens to a client, and knows since when it is not connected, and why. Thread-safe.</summary>
internal sealed class ClientMonitor(string client, string server, ILogger logger, TimeProvider time)
{
    private volatile Outage _outage = new(time.GetTimestamp(), Error: null);

    /// <summary>The last failure of the connection; null for none yet.</summary>
    public string? LastError => _outage.Error;

    /// <summary>How long ago the first attempt was begun, or the connection lost last.</summary>
    public TimeSpan OutageTime => time.GetElapsedTime(_outage.Since);

    /// <summary>Logs the first connection. Never throws: an event tells if there will be none.</summary>
    public async Task AwaitConnectionAsync(ChatClient connecting)
    {
        await connecting.WaitUntilConnectedAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.State == ChatClientState.Connecting || connecting.Completion.IsCompleted)
            return;
        ClientLog.Connected(logger, client, server, LogText.Of(connecting.Name));
        if (connecting.Recovered.Count > 0)
            ClientLog.PostsRecovered(logger, client, connecting.Recovered.Count);
    }

    public void Observe(object? sender, ChatEvent happened)
    {
        switch (happened)
        {
            case ConnectionLost lost:
                _outage = new Outage(time.GetTimestamp(), Words(lost.Error));
                ClientLog.ConnectionLost(logger, client, server, Words(lost.Error));
                break;
            case ReconnectAttempt attempt:
                _outage = _outage with { Error = Words(attempt.Error) };
                ClientLog.ConnectAttempt(logger, client, server, attempt.Next, attempt.Number, Words(attempt.Error));
                break;
            case ConnectionRestored:
                ClientLog.ConnectionRestored(logger, client, server);
                break;
            case SessionEnded { Error: { } error }:
                _outage = _outage with { Error = Words(error) };
                ClientLog.SessionFailed(logger, client, server, Words(error));
                break;
            case SessionEnded:
                ClientLog.SessionEnded(logger, client, server);
                break;
            case EventsMissed missed:
                ClientLog.EventsMissed(logger, client, missed.Count);
                break;
            case ChatRoomEvent ofRoom:
                Observe(ofRoom, LogText.Of(ofRoom.Room.Address));
                break;
        }
    }

    private void Observe(ChatRoomEvent happened, string room)
    {
        switch (happened)
        {
            case RoomLost lost:
                ClientLog.RoomLost(logger, client, room, Words(lost.Error));
                break;
            case ExpelledFromRoom expelled:
                ClientLog.RoomLost(logger, client, room, $"expelled{(expelled.Reason.Length > 0 ? ": " : "")}{LogText.Of(expelled.Reason)}");
                break;
            case RoomRemovedByAdmin:
                ClientLog.RoomLost(logger, client, room, "an admin has removed it");
                break;
            case RoomRewound rewound:
                ClientLog.RoomRewound(logger, client, room, rewound.Seq);
                break;
            case MessagesExpired expired:
                ClientLog.MessagesExpired(logger, client, room, expired.Through);
                break;
            case MessagesMissing missing:
                ClientLog.MessagesMissing(logger, client, room, missing.First, missing.Last, missing.Reason);
                break;
            case FellBehind behind:
                ClientLog.FellBehind(logger, client, room, behind.Head);
                break;
        }
    }

    private static string Words(ChatException error) => LogText.Of(error.Message);

    private sealed record Outage(long Since, string? Error);
}
