using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: list the accounts. Answered by <see cref="AccountList"/> (CP-ACC-031).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Only principals behind this one; 0 for the first.</param>
public sealed record Accounts(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 218;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [218, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Accounts(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
