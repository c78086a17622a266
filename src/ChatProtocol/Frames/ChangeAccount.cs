using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: change an account's role or password, disable or enable it. Answered by <see cref="Ok"/> (CP-ACC-032).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The account's name.</param>
/// <param name="Role">Its new role; null to leave it.</param>
/// <param name="Disabled">1 to disable it, 0 to enable it; null to leave it.</param>
/// <param name="Password">Its new password in UTF-8; null to leave it.</param>
public sealed record ChangeAccount(ulong Id, string Name, ulong? Role, ulong? Disabled, ReadOnlyMemory<byte>? Password) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 220;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [220, id, name, role?, disabled?, password?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Name);
        writer.WriteOptional(Role);
        writer.WriteOptional(Disabled);
        writer.WriteOptional(Password);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new ChangeAccount(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength),
        reader.OptionalUInt("role"),
        reader.OptionalUInt("disabled"),
        reader.OptionalBinary("password", Secrets.MaxPassword));
}
