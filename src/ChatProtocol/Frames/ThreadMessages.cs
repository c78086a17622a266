using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the messages of a thread. Answered by <see cref="SeqList"/> (CP-AMD-022).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Root">The seq of the message that the thread began with.</param>
/// <param name="After">Only messages above this seq.</param>
public sealed record ThreadMessages(ulong Id, ulong Room, ulong Root, ulong After = 0) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 11;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [11, id, room, root, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Root);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new ThreadMessages(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("root"),
        reader.OptionalUInt("after") ?? 0);
}
