using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: revoke an invitation. Answered by <see cref="Ok"/> (CP-ACC-017).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Invitation">The invitation's number.</param>
public sealed record RevokeInvitation(ulong Id, ulong Invitation) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 208;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [208, id, invitation]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Invitation);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RevokeInvitation(
        reader.UInt("id"),
        reader.UInt("invitation"));
}
