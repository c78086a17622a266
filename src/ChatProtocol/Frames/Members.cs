using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the members of a room. Answered by <see cref="MemberList"/> (CP-PRE-005).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="After">Principals with a higher id are listed; 0 for the beginning.</param>
public sealed record Members(ulong Id, ulong Room, ulong After) : Request(Id)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Members;

    // [18, id, room, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(After);
    }

    internal static Members Read(ref FieldReader reader) => new(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.OptionalUInt("after") ?? 0);
}
