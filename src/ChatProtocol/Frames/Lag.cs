using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the session is behind in a room and is being fed from the log (CP-DEL-013).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Head">The seq of the last committed entry.</param>
public sealed record Lag(ulong Room, ulong Head) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 67;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [67, room, head]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Room);
        writer.Write(Head);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Lag(
        reader.UInt("room"),
        reader.UInt("head"));
}
