namespace ChatProtocol;

/// <summary>Reads the fields behind a frame's code.</summary>
internal delegate Frame ReadFrame(ref FieldReader reader);

/// <summary>A row of the table of frames.</summary>
/// <param name="Code">The frame's code.</param>
/// <param name="Direction">The frame's direction; a frame of both directions has two rows.</param>
/// <param name="Read">Reads the frame's fields.</param>
internal readonly record struct FrameRow(FrameCode Code, Direction Direction, ReadFrame Read);

/// <summary>All frames; a new frame is a row here.</summary>
internal static class FrameTable
{
    private static readonly ReadFrame?[] ToServer = new ReadFrame?[128];
    private static readonly ReadFrame?[] ToClient = new ReadFrame?[128];

    static FrameTable()
    {
        foreach (var (code, direction, read) in Rows)
            TableOf(direction)[(int)code] = read;
    }

    public static IReadOnlyList<FrameRow> Rows { get; } =
    [
        new(FrameCode.Post, Direction.ToServer, Post.Read),
        new(FrameCode.Hello, Direction.ToServer, Hello.Read),
        new(FrameCode.Login, Direction.ToServer, Login.Read),
        new(FrameCode.Join, Direction.ToServer, Join.Read),
        new(FrameCode.Leave, Direction.ToServer, Leave.Read),
        new(FrameCode.Open, Direction.ToServer, Open.Read),
        new(FrameCode.History, Direction.ToServer, History.Read),
        new(FrameCode.Rooms, Direction.ToServer, Rooms.Read),
        new(FrameCode.Members, Direction.ToServer, Members.Read),
        new(FrameCode.Nick, Direction.ToServer, Nick.Read),
        new(FrameCode.Quit, Direction.ToServer, Quit.Read),
        new(FrameCode.Ping, Direction.ToServer, Ping.Read),
        new(FrameCode.Ping, Direction.ToClient, Ping.Read),
        new(FrameCode.Pong, Direction.ToServer, Pong.Read),
        new(FrameCode.Pong, Direction.ToClient, Pong.Read),
        new(FrameCode.Taken, Direction.ToServer, Taken.Read),
        new(FrameCode.Sessions, Direction.ToServer, Sessions.Read),
        new(FrameCode.Kick, Direction.ToServer, Kick.Read),
        new(FrameCode.Tell, Direction.ToServer, Tell.Read),
        new(FrameCode.Broadcast, Direction.ToServer, Broadcast.Read),
        new(FrameCode.Status, Direction.ToServer, Status.Read),
        new(FrameCode.Shutdown, Direction.ToServer, Shutdown.Read),
        new(FrameCode.Backup, Direction.ToServer, Backup.Read),
        new(FrameCode.Verify, Direction.ToServer, Verify.Read),
        new(FrameCode.Erase, Direction.ToServer, Erase.Read),
        new(FrameCode.Retain, Direction.ToServer, Retain.Read),
        new(FrameCode.AcceptTime, Direction.ToServer, AcceptTime.Read),
        new(FrameCode.Block, Direction.ToServer, Block.Read),
        new(FrameCode.Unblock, Direction.ToServer, Unblock.Read),
        new(FrameCode.Blocks, Direction.ToServer, Blocks.Read),
        new(FrameCode.Ban, Direction.ToServer, Ban.Read),
        new(FrameCode.Unban, Direction.ToServer, Unban.Read),
        new(FrameCode.Bans, Direction.ToServer, Bans.Read),
        new(FrameCode.RemoveRoom, Direction.ToServer, RemoveRoom.Read),
        new(FrameCode.Message, Direction.ToClient, Message.Read),
        new(FrameCode.Posted, Direction.ToClient, Posted.Read),
        new(FrameCode.Welcome, Direction.ToClient, Welcome.Read),
        new(FrameCode.Presence, Direction.ToClient, Presence.Read),
        new(FrameCode.Ok, Direction.ToClient, Ok.Read),
        new(FrameCode.Lag, Direction.ToClient, Lag.Read),
        new(FrameCode.Gap, Direction.ToClient, Gap.Read),
        new(FrameCode.Error, Direction.ToClient, Error.Read),
        new(FrameCode.Erased, Direction.ToClient, Erased.Read),
        new(FrameCode.Notice, Direction.ToClient, Notice.Read),
        new(FrameCode.Renamed, Direction.ToClient, Renamed.Read),
        new(FrameCode.LoggedIn, Direction.ToClient, LoggedIn.Read),
        new(FrameCode.PrivateRoom, Direction.ToClient, PrivateRoom.Read),
        new(FrameCode.RoomInfo, Direction.ToClient, RoomInfo.Read),
        new(FrameCode.Page, Direction.ToClient, Page.Read),
        new(FrameCode.RoomList, Direction.ToClient, RoomList.Read),
        new(FrameCode.MemberList, Direction.ToClient, MemberList.Read),
        new(FrameCode.SessionList, Direction.ToClient, SessionList.Read),
        new(FrameCode.StatusReport, Direction.ToClient, StatusReport.Read),
        new(FrameCode.Verified, Direction.ToClient, Verified.Read),
        new(FrameCode.Retention, Direction.ToClient, Retention.Read),
        new(FrameCode.BlockList, Direction.ToClient, BlockList.Read),
        new(FrameCode.BanList, Direction.ToClient, BanList.Read),
        new(FrameCode.RoomRemoved, Direction.ToClient, RoomRemoved.Read),
        new(FrameCode.Bye, Direction.ToClient, Bye.Read),
    ];

    /// <summary>The reader of a known frame; null for an unknown one.</summary>
    public static ReadFrame? Find(int code, Direction direction)
    {
        var table = TableOf(direction);
        return (uint)code < (uint)table.Length ? table[code] : null;
    }

    private static ReadFrame?[] TableOf(Direction direction) => direction == Direction.ToServer ? ToServer : ToClient;
}
