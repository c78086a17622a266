using Microsoft.Extensions.Logging;

namespace ChatProtocol.Hosting;

/// <summary>The log's events. The ids stay; none has a message's text or a secret.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Information, "{Client} is connected to {Server} as {User}")]
    public static partial void Connected(ILogger logger, string client, string server, string user);

    [LoggerMessage(2, LogLevel.Warning, "{Client} has lost its connection to {Server}: {Error}")]
    public static partial void ConnectionLost(ILogger logger, string client, string server, string error);

    [LoggerMessage(3, LogLevel.Information, "{Client} connects to {Server} in {Delay}, attempt {Attempt}: {Error}")]
    public static partial void ConnectAttempt(ILogger logger, string client, string server, TimeSpan delay, int attempt, string error);

    [LoggerMessage(4, LogLevel.Information, "{Client} is connected to {Server} again")]
    public static partial void ConnectionRestored(ILogger logger, string client, string server);

    [LoggerMessage(5, LogLevel.Critical, "{Client} will not connect to {Server} again: {Error}")]
    public static partial void SessionFailed(ILogger logger, string client, string server, string error);

    [LoggerMessage(6, LogLevel.Information, "{Client} has left {Server}")]
    public static partial void SessionEnded(ILogger logger, string client, string server);

    [LoggerMessage(7, LogLevel.Information, "{Client} has sent {Count} posts that an earlier run had left")]
    public static partial void PostsRecovered(ILogger logger, string client, int count);

    [LoggerMessage(8, LogLevel.Warning, "{Client} ends with {Count} posts that are not acknowledged; {Fate}")]
    public static partial void PostsUnsent(ILogger logger, string client, int count, string fate);

    [LoggerMessage(9, LogLevel.Warning, "{Warning}")]
    public static partial void RiskySetting(ILogger logger, string warning);

    [LoggerMessage(10, LogLevel.Warning, "{Client} is no more in room {Room}: {Error}")]
    public static partial void RoomLost(ILogger logger, string client, string room, string error);

    [LoggerMessage(11, LogLevel.Warning, "{Client} finds room {Room} restored from an earlier time: what came behind {Seq} is void")]
    public static partial void RoomRewound(ILogger logger, string client, string room, ulong seq);

    [LoggerMessage(12, LogLevel.Warning, "{Client} was away from room {Room} for so long that its messages through {Seq} have expired")]
    public static partial void MessagesExpired(ILogger logger, string client, string room, ulong seq);

    [LoggerMessage(13, LogLevel.Warning, "{Client} does not get messages {First} to {Last} of room {Room}: {Reason}")]
    public static partial void MessagesMissing(ILogger logger, string client, string room, ulong first, ulong last, GapReason reason);

    [LoggerMessage(14, LogLevel.Debug, "{Client} is behind in room {Room}, whose last message is {Head}")]
    public static partial void FellBehind(ILogger logger, string client, string room, ulong head);

    [LoggerMessage(15, LogLevel.Warning, "{Client} took its events so slowly that {Count} notices, erasures or invitations were dropped")]
    public static partial void EventsMissed(ILogger logger, string client, long count);

    [LoggerMessage(20, LogLevel.Error, "The bot {Bot} of {Client} has failed with message {Message} of room {Room}")]
    public static partial void BotFailed(ILogger logger, Exception error, string bot, string client, string room, ulong message);

    [LoggerMessage(21, LogLevel.Error, "The bot {Bot} of {Client} has lost a room")]
    public static partial void BotLostRoom(ILogger logger, Exception error, string bot, string client);

    [LoggerMessage(22, LogLevel.Critical, "The bot {Bot} of {Client} has ended")]
    public static partial void BotEnded(ILogger logger, Exception error, string bot, string client);
}
