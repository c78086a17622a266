using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: take another name. Answered by <see cref="LoggedIn"/> with the new name (CP-NAM-006).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The new name.</param>
public sealed record Nick(ulong Id, string Name) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 20;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [20, id, name]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Nick(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength));
}
