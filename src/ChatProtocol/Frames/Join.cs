using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From a client: enter a room and receive its entries, from a cursor if one is given. Answered by <see cref="RoomInfo"/>
/// (CP-ROM-004).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">A room's name, or <c>@peer</c> for the private room with that user. A public room that does not exist is created.</param>
/// <param name="Presence">How much of the room's presence to receive.</param>
/// <param name="After">The cursor: the first entry wanted is the one after it. Null for new entries only.</param>
/// <param name="Epoch">The epoch the cursor was counted in; null for the room's present one.</param>
public sealed record Join(ulong Id, string Name, PresenceMode Presence, ulong? After, ulong? Epoch) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 6;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [6, id, name, presence?, after?, epoch?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write((uint)Presence);
        writer.WriteOptional(After);
        writer.WriteOptional(Epoch);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Join(
        reader.UInt("id"),
        reader.RoomAddress("name"),
        (PresenceMode)reader.OptionalUInt31("presence"),
        reader.OptionalUInt("after"),
        reader.OptionalUInt("epoch"));
}
