using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Login"/> and <see cref="Nick"/>: the session's identity.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Session">The session's number, as admins see it.</param>
/// <param name="Principal">The user's principal, whatever the name; never given to another user.</param>
/// <param name="Name">The user's name as it is shown.</param>
/// <param name="Window">The window of the login, which the server keeps to; null if there is none (CP-DEL-031).</param>
public sealed record LoggedIn(ulong Id, ulong Session, ulong Principal, string Name, ulong? Window = null) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 70;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [70, id, session, principal, name, window?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Session);
        writer.Write(Principal);
        writer.Write(Name);
        writer.WriteOptional(Window);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new LoggedIn(
        reader.UInt("id"),
        reader.UInt("session"),
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength),
        reader.OptionalUInt("window"));
}
