using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the public rooms and the client's own private rooms. Answered by <see cref="RoomList"/> (CP-ROM-010).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Rooms with a higher id are listed; 0 for the beginning.</param>
public sealed record Rooms(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 16;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [16, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Rooms(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
