using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: make an account. Answered by <see cref="Ok"/> (CP-ACC-030).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The account's name.</param>
/// <param name="Role">Its role.</param>
/// <param name="Password">Its password in UTF-8; at least 8 bytes.</param>
public sealed record CreateAccount(ulong Id, string Name, int Role, ReadOnlyMemory<byte> Password) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 216;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [216, id, name, role, password]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write(Role);
        writer.Write(Password.Span);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new CreateAccount(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength),
        reader.UInt31("role"),
        reader.Binary("password", Secrets.MaxPassword));
}
