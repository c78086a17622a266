using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Invite"/>: the invitation, whose code is never told again.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Invitation">Its number, by which it is revoked.</param>
/// <param name="Secret">Its code, in ASCII.</param>
/// <param name="Expires">When it ends, in milliseconds since 1970 UTC.</param>
public sealed record InvitationMade(ulong Id, ulong Invitation, ReadOnlyMemory<byte> Secret, ulong Expires) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 230;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [230, id, invitation, secret, expires]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Invitation);
        writer.Write(Secret.Span);
        writer.Write(Expires);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new InvitationMade(
        reader.UInt("id"),
        reader.UInt("invitation"),
        reader.Binary("secret", Secrets.MaxCode),
        reader.UInt("expires"));
}
