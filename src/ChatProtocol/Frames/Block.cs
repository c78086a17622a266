using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From a client: block a user, whose private messages the client no longer receives. Answered by <see cref="Ok"/>
/// (CP-BLK-001).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The user's name; the block is on the principal, whatever its name is later.</param>
public sealed record Block(ulong Id, string Name) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 52;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [52, id, name]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Block(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength));
}
