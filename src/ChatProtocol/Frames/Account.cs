using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: tell of its account. Answered by <see cref="AccountInfo"/> (CP-ACC-010).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">From an admin: whose; null for one's own.</param>
public sealed record Account(ulong Id, string? Name) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 194;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [194, id, name?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Account(
        reader.UInt("id"),
        reader.OptionalString("name", Names.MaxLength));
}
