using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: make an invitation to register. Answered by <see cref="InvitationMade"/> (CP-ACC-015).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Role">The role of the accounts that are made by it; never above one's own.</param>
/// <param name="Uses">How many accounts may be made by it.</param>
/// <param name="For">How long it is good, in milliseconds; null for 7 days.</param>
public sealed record Invite(ulong Id, int Role, int Uses, ulong? For) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 204;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [204, id, role?, uses?, for?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Role);
        writer.Write(Uses);
        writer.WriteOptional(For);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Invite(
        reader.UInt("id"),
        reader.OptionalUInt31("role", 1),
        reader.OptionalUInt31("uses", 1),
        reader.OptionalUInt("for"));
}
