using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: close a session by its number, or all sessions of a name. Answered by <see cref="Ok"/> (CP-ADM-004).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Session">The session's number; or null.</param>
/// <param name="Name">A user's name; or null. Exactly one of session and name is given.</param>
/// <param name="Reason">The reason told to the kicked users; at most <see cref="Bye.MaxReason"/> bytes, may be empty.</param>
public sealed record Kick(ulong Id, ulong? Session, string? Name, string Reason) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 34;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [34, id, session?, name?, reason?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.WriteOptional(Session);
        writer.Write(Name);
        writer.Write(Reason);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Kick(
        reader.UInt("id"),
        reader.OptionalUInt("session"),
        reader.OptionalString("name", Names.MaxLength),
        reader.OptionalString("reason", Bye.MaxReason) ?? "");
}
