using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: the bans in force, by ascending number. Answered by <see cref="BanList"/>.</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Bans with a higher number are listed; 0 for the beginning.</param>
public sealed record Bans(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 62;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [62, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Bans(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
