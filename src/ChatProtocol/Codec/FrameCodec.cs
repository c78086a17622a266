using System.Buffers;
using MessagePack;

namespace ChatProtocol;

/// <summary>Turns payloads (one MessagePack array each) into frames and back. Thread-safe.</summary>
public static class FrameCodec
{
    /// <summary>Encodes a frame with its length before it.</summary>
    public static byte[] Encode(Frame frame)
    {
        var buffer = new FrameBuffer();
        buffer.Write(frame);
        return buffer.ToArray();
    }

    /// <summary>Decodes one payload, strictly.</summary>
    /// <param name="payload">The bytes behind the length, all of them. The frame keeps no reference to them.</param>
    /// <param name="direction">Whose frame it is.</param>
    /// <exception cref="ProtocolViolation">The bytes break the spec; no other exception is thrown.</exception>
    public static Frame Decode(in ReadOnlySequence<byte> payload, Direction direction)
    {
        var reader = new FieldReader(payload);
        try
        {
            var code = reader.Begin();
            var frame = direction == Direction.ToServer ? ReadRequest(code, ref reader) : ReadReply(code, ref reader);
            reader.End();
            return frame;
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException)
        {
            throw reader.Violation(e is EndOfStreamException ? "the frame ends in the middle of a value" : "no MessagePack");
        }
    }

    private static Frame ReadRequest(int code, ref FieldReader reader) => (FrameCode)code switch
    {
        FrameCode.Post => Post.Read(ref reader),
        FrameCode.Hello => Hello.Read(ref reader),
        FrameCode.Login => Login.Read(ref reader),
        FrameCode.Join => Join.Read(ref reader),
        FrameCode.Leave => Leave.Read(ref reader),
        FrameCode.Open => Open.Read(ref reader),
        FrameCode.History => History.Read(ref reader),
        FrameCode.Rooms => Rooms.Read(ref reader),
        FrameCode.Members => Members.Read(ref reader),
        FrameCode.Nick => Nick.Read(ref reader),
        FrameCode.Quit => Quit.Read(ref reader),
        FrameCode.Ping => Ping.Read(ref reader),
        FrameCode.Pong => Pong.Read(ref reader),
        FrameCode.Taken => Taken.Read(ref reader),
        FrameCode.Sessions => Sessions.Read(ref reader),
        FrameCode.Kick => Kick.Read(ref reader),
        FrameCode.Tell => Tell.Read(ref reader),
        FrameCode.Broadcast => Broadcast.Read(ref reader),
        FrameCode.Status => Status.Read(ref reader),
        FrameCode.Shutdown => Shutdown.Read(ref reader),
        FrameCode.Backup => Backup.Read(ref reader),
        FrameCode.Verify => Verify.Read(ref reader),
        FrameCode.Erase => Erase.Read(ref reader),
        FrameCode.Retain => Retain.Read(ref reader),
        FrameCode.AcceptTime => AcceptTime.Read(ref reader),
        FrameCode.Block => Block.Read(ref reader),
        FrameCode.Unblock => Unblock.Read(ref reader),
        FrameCode.Blocks => Blocks.Read(ref reader),
        FrameCode.Ban => Ban.Read(ref reader),
        FrameCode.Unban => Unban.Read(ref reader),
        FrameCode.Bans => Bans.Read(ref reader),
        FrameCode.RemoveRoom => RemoveRoom.Read(ref reader),
        _ => ReadUnknown(code, Direction.ToServer, ref reader),
    };

    private static Frame ReadReply(int code, ref FieldReader reader) => (FrameCode)code switch
    {
        FrameCode.Message => Message.Read(ref reader),
        FrameCode.Posted => Posted.Read(ref reader),
        FrameCode.Ping => Ping.Read(ref reader),
        FrameCode.Pong => Pong.Read(ref reader),
        FrameCode.Welcome => Welcome.Read(ref reader),
        FrameCode.Presence => Presence.Read(ref reader),
        FrameCode.Ok => Ok.Read(ref reader),
        FrameCode.Lag => Lag.Read(ref reader),
        FrameCode.Gap => Gap.Read(ref reader),
        FrameCode.Error => Error.Read(ref reader),
        FrameCode.Erased => Erased.Read(ref reader),
        FrameCode.Notice => Notice.Read(ref reader),
        FrameCode.Renamed => Renamed.Read(ref reader),
        FrameCode.LoggedIn => LoggedIn.Read(ref reader),
        FrameCode.PrivateRoom => PrivateRoom.Read(ref reader),
        FrameCode.RoomInfo => RoomInfo.Read(ref reader),
        FrameCode.Page => Page.Read(ref reader),
        FrameCode.RoomList => RoomList.Read(ref reader),
        FrameCode.MemberList => MemberList.Read(ref reader),
        FrameCode.SessionList => SessionList.Read(ref reader),
        FrameCode.StatusReport => StatusReport.Read(ref reader),
        FrameCode.Verified => Verified.Read(ref reader),
        FrameCode.Retention => Retention.Read(ref reader),
        FrameCode.BlockList => BlockList.Read(ref reader),
        FrameCode.BanList => BanList.Read(ref reader),
        FrameCode.RoomRemoved => RoomRemoved.Read(ref reader),
        FrameCode.Bye => Bye.Read(ref reader),
        _ when Entry.IsEntryCode(code) => UnknownEntry.Read(code, ref reader),
        _ => ReadUnknown(code, Direction.ToClient, ref reader),
    };

    /// <summary>CP-ENC-009: odd codes are for peers that know them, even ones cannot be passed over.</summary>
    private static UnknownFrame ReadUnknown(int code, Direction direction, ref FieldReader reader)
    {
        if (code % 2 == 0)
            throw reader.Violation($"code {code} is unknown in this direction", ErrorCode.UnknownCode);
        return direction == Direction.ToServer
            ? new UnknownFrame(code, reader.UInt("id"))
            : new UnknownFrame(code, null);
    }
}
