using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: list all connections. Answered by <see cref="SessionList"/> (CP-ADM-003).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Sessions with a higher number are listed; 0 for the beginning.</param>
public sealed record Sessions(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 32;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [32, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Sessions(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
