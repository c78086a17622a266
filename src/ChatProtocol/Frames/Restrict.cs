using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: mute a principal in a room or ban it from there, or lift that. Answered by <see cref="Posted"/> with the entry that tells it (CP-ROL-012).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Name">The principal's name.</param>
/// <param name="Restriction">Its new <see cref="RoomRestriction"/>.</param>
/// <param name="For">How long it holds, in milliseconds; null for good.</param>
/// <param name="Reason">Why, for those that it concerns; may be empty.</param>
public sealed record Restrict(ulong Id, ulong Room, string Name, RoomRestriction Restriction, ulong? For, string Reason) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 242;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [242, id, room, name, restriction, for?, reason?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 6);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Name);
        writer.Write((uint)Restriction);
        writer.WriteOptional(For);
        writer.WriteWords(Reason, Ban.MaxReason);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Restrict(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.String("name", Names.MaxLength),
        (RoomRestriction)reader.UInt31("restriction"),
        reader.OptionalUInt("for"),
        reader.OptionalString("reason", Ban.MaxReason) ?? "");
}
