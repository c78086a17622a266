using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="CreateToken"/>: the token, which is never told again.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Token">Its number, by which it is revoked.</param>
/// <param name="Secret">The token itself, in ASCII.</param>
/// <param name="Expires">When it ends, in milliseconds since 1970 UTC.</param>
public sealed record TokenMade(ulong Id, ulong Token, ReadOnlyMemory<byte> Secret, ulong Expires) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 226;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [226, id, token, secret, expires]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Token);
        writer.Write(Secret.Span);
        writer.Write(Expires);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new TokenMade(
        reader.UInt("id"),
        reader.UInt("token"),
        reader.Binary("secret", Secrets.MaxCode),
        reader.UInt("expires"));
}
