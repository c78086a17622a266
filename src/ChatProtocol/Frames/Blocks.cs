using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: whom it blocks, by ascending principal. Answered by <see cref="BlockList"/>.</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Begins behind this principal; 0 for the first.</param>
public sealed record Blocks(ulong Id, ulong After) : Request(Id)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Blocks;

    // [56, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    internal static Blocks Read(ref FieldReader reader) => new(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
