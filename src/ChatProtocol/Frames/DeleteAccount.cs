using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: delete its account, with its tokens and invitations. Answered by <see cref="Ok"/> (CP-ACC-020).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Password">The password in UTF-8, for one's own account.</param>
/// <param name="Name">From an admin: whose account; null for one's own.</param>
public sealed record DeleteAccount(ulong Id, ReadOnlyMemory<byte>? Password, string? Name) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 214;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [214, id, password?, name?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteOptional(Password);
        writer.Write(Name);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new DeleteAccount(
        reader.UInt("id"),
        reader.OptionalBinary("password", Secrets.MaxPassword),
        reader.OptionalString("name", Names.MaxLength));
}
