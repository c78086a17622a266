using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// The events of one connection, for the search of a fault: by session and request, whose numbers <c>chatctl list</c> and the
/// client show too. Never a name, a text or a secret.
/// </summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "session {Session} began, by {Transport} from {Address}")]
    public static partial void Began(ILogger logger, ulong session, string transport, string address);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "session {Session} ended")]
    public static partial void Ended(ILogger logger, ulong session);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "session {Session}, request {Request}: refused as {Code}")]
    public static partial void Refused(ILogger logger, ulong? session, ulong request, ErrorCode code);

    [LoggerMessage(EventId = 4, Level = LogLevel.Debug, Message = "session {Session}: closed as {Code}")]
    public static partial void Closed(ILogger logger, ulong? session, ErrorCode code);

    [LoggerMessage(EventId = 5, Level = LogLevel.Debug, Message = "session {Session}: told bye, {Code}")]
    public static partial void ToldBye(ILogger logger, ulong? session, ByeCode code);

    /// <summary>A frame that is worth a line.</summary>
    public static void Told(ILogger logger, ulong? session, Frame frame)
    {
        if (frame is Error { Id: { } request } refused)
            Refused(logger, session, request, refused.Reason);
        else if (frame is Error closed)
            Closed(logger, session, closed.Reason);
        else if (frame is Bye bye)
            ToldBye(logger, session, bye.Why);
    }
}
