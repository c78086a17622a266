using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the members of a room. Answered by <see cref="MemberList"/> (CP-PRE-005).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="After">Principals with a higher id are listed; 0 for the beginning.</param>
public sealed record Members(ulong Id, ulong Room, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 18;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [18, id, room, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Members(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.OptionalUInt("after") ?? 0);
}
