using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: take another password. Answered by <see cref="Ok"/> (CP-ACC-011).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Old">The present password in UTF-8.</param>
/// <param name="Password">The new password in UTF-8; at least 8 bytes.</param>
public sealed record ChangePassword(ulong Id, ReadOnlyMemory<byte> Old, ReadOnlyMemory<byte> Password) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 196;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [196, id, old, password]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Old.Span);
        writer.Write(Password.Span);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new ChangePassword(
        reader.UInt("id"),
        reader.Binary("old", Secrets.MaxPassword),
        reader.Binary("password", Secrets.MaxPassword));
}
