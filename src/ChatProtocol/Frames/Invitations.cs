using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the invitations that it made; an admin's list has everybody's. Answered by <see cref="InvitationList"/> (CP-ACC-016).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Only invitations behind this one; 0 for the first.</param>
public sealed record Invitations(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 206;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [206, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Invitations(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
