using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: a room's id and head, without entering it. Answered by <see cref="RoomInfo"/> (CP-ROM-003).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">A room's name, or <c>@peer</c> for the private room with that user.</param>
/// <param name="Create">Whether to create a public room that does not exist.</param>
public sealed record Open(ulong Id, string Name, bool Create) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 12;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [12, id, name, create?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write(Create);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Open(
        reader.UInt("id"),
        reader.RoomAddress("name"),
        reader.OptionalBool("create"));
}
