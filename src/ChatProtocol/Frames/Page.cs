using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From the server, answering <see cref="History"/>: the entries of the page follow directly, as <see cref="Entry"/> frames
/// with no other frame between (CP-HIS-002).
/// </summary>
/// <param name="Id">The request's id.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Epoch">The room's epoch.</param>
/// <param name="Count">How many entries follow, of any kind.</param>
/// <param name="Head">The seq of the last committed entry.</param>
/// <param name="More">Whether there are entries beyond this page in the direction asked for.</param>
/// <param name="Gaps">How many <see cref="Gap"/> frames follow behind the entries (CP-HIS-010).</param>
/// <param name="Amended">How many <see cref="ChatProtocol.Amended"/> frames follow behind those (CP-AMD-020).</param>
public sealed record Page(ulong Id, ulong Room, ulong Epoch, int Count, ulong Head, bool More, int Gaps = 0, int Amended = 0) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 78;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [78, id, room, epoch, count, head, more, gaps?, amended?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 8);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Epoch);
        writer.Write(Count);
        writer.Write(Head);
        writer.Write(More);
        writer.Write(Gaps);
        writer.Write(Amended);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Page(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("epoch"),
        reader.UInt31("count"),
        reader.UInt("head"),
        reader.Bool("more"),
        reader.OptionalUInt31("gaps"),
        reader.OptionalUInt31("amended"));
}
