using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: revoke a token; its sessions end. Answered by <see cref="Ok"/> (CP-ACC-014).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Token">The token's number.</param>
/// <param name="Name">From an admin: whose; null for one's own.</param>
public sealed record RevokeToken(ulong Id, ulong Token, string? Name) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 202;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [202, id, token, name?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Token);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RevokeToken(
        reader.UInt("id"),
        reader.UInt("token"),
        reader.OptionalString("name", Names.MaxLength));
}
