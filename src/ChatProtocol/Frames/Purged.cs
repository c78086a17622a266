using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Purge"/>: how much is erased, or would be (CP-PUR-001).</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Entries">How many messages lost their texts.</param>
/// <param name="Rooms">In how many rooms.</param>
public sealed record Purged(ulong Id, ulong Entries, ulong Rooms) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 250;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [250, id, entries, rooms]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Entries);
        writer.Write(Rooms);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Purged(
        reader.UInt("id"),
        reader.UInt("entries"),
        reader.UInt("rooms"));
}
