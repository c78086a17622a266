using MessagePack;

namespace ChatProtocol;

/// <summary>From the server to a session with an inbox: a private room now delivers to it, from the cursor given (CP-ROM-009).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Peer">The other principal.</param>
/// <param name="Name">The other principal's name.</param>
/// <param name="Epoch">The epoch of the room's log.</param>
/// <param name="First">The first seq of this epoch.</param>
/// <param name="Cursor">Delivery begins behind this seq.</param>
public sealed record PrivateRoom(ulong Room, ulong Peer, string Name, ulong Epoch, ulong First, ulong Cursor) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 71;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [71, room, peer, name, epoch, first, cursor]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 6);
        writer.Write(Room);
        writer.Write(Peer);
        writer.Write(Name);
        writer.Write(Epoch);
        writer.Write(First);
        writer.Write(Cursor);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new PrivateRoom(
        reader.UInt("room"),
        reader.UInt("peer"),
        reader.String("name", Names.MaxLength),
        reader.UInt("epoch"),
        reader.UInt("first"),
        reader.UInt("cursor"));
}
