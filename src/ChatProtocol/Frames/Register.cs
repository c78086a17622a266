using MessagePack;

namespace ChatProtocol;

/// <summary>From a client, before its login or as a guest: make an account. Answered by <see cref="Ok"/> (CP-ACC-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The account's name; a guest's own, which becomes the account with its principal.</param>
/// <param name="Password">The password in UTF-8; at least 8 bytes.</param>
/// <param name="Invitation">The code of an invitation; null where none is needed.</param>
public sealed record Register(ulong Id, string Name, ReadOnlyMemory<byte> Password, ReadOnlyMemory<byte>? Invitation) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 192;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [192, id, name, password, invitation?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write(Password.Span);
        writer.WriteOptional(Invitation);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Register(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength),
        reader.Binary("password", Secrets.MaxPassword),
        reader.OptionalBinary("invitation", Secrets.MaxCode));
}
