using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: unblock a user, whose private messages the client receives again. Answered by <see cref="Ok"/> (CP-BLK-004).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The user's present name, or the one in <see cref="BlockList"/>.</param>
public sealed record Unblock(ulong Id, string Name) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 54;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [54, id, name]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Unblock(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength));
}
