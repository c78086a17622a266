using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Account"/>: one account.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Principal">The account's principal.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">Its role.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="Disabled">Whether nobody can log in as it.</param>
/// <param name="Sessions">How many sessions it has.</param>
/// <param name="Tokens">How many tokens it has.</param>
public sealed record AccountInfo(ulong Id, ulong Principal, string Name, int Role, ulong Made, bool Disabled, ulong Sessions, ulong Tokens) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 224;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [224, id, principal, name, role, made, disabled, sessions, tokens]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 8);
        writer.Write(Id);
        writer.Write(Principal);
        writer.Write(Name);
        writer.Write(Role);
        writer.Write(Made);
        writer.Write(Disabled);
        writer.Write(Sessions);
        writer.Write(Tokens);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new AccountInfo(
        reader.UInt("id"),
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength),
        reader.UInt31("role"),
        reader.UInt("made"),
        reader.Bool("disabled"),
        reader.UInt("sessions"),
        reader.UInt("tokens"));
}
