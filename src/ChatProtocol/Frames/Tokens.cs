using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the tokens of its account. Answered by <see cref="TokenList"/> (CP-ACC-013).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Only tokens behind this one; 0 for the first.</param>
/// <param name="Name">From an admin: whose; null for one's own.</param>
public sealed record Tokens(ulong Id, ulong After, string? Name) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 200;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [200, id, after?, name?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(After);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Tokens(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0,
        reader.OptionalString("name", Names.MaxLength));
}
