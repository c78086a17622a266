using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: its name and credential. Answered by <see cref="LoggedIn"/> (CP-SES-006).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The name wanted; a guest's principal is found by the name and the key.</param>
/// <param name="Credential">The kind of the secret.</param>
/// <param name="Secret">A guest's key of 32 bytes; empty for a local admin.</param>
/// <param name="Publisher">16 secret random bytes that make posts idempotent; null if no post is deduplicated (CP-DEL-004).</param>
/// <param name="Inbox">Whether private rooms deliver to this session without a join (CP-ROM-009).</param>
/// <param name="Window">Bytes of each room's entries that the server may send ahead of <see cref="Taken"/>; null for no bound (CP-DEL-031).</param>
public sealed record Login(ulong Id, string Name, CredentialKind Credential, ReadOnlyMemory<byte> Secret, ReadOnlyMemory<byte>? Publisher, bool Inbox, ulong? Window = null) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 4;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [4, id, name, credential, secret, publisher?, inbox?, window?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 7);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write((uint)Credential);
        writer.Write(Secret.Span);
        writer.WriteOptional(Publisher);
        writer.Write(Inbox);
        writer.WriteOptional(Window);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Login(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength),
        (CredentialKind)reader.UInt31("credential"),
        reader.Binary("secret", 1024),
        reader.OptionalPublisher("publisher"),
        reader.OptionalBool("inbox"),
        reader.OptionalUInt("window"));
}
