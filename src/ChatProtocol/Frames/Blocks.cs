using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the principals that it blocks, by ascending id. Answered by <see cref="BlockList"/>.</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Principals with a higher id are listed; 0 for the beginning.</param>
public sealed record Blocks(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 56;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [56, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Blocks(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
