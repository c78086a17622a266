using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the messages of a principal were purged, an entry of the room's log (CP-PUR-003).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The principal that purged them.</param>
/// <param name="Name">Its name at that time.</param>
/// <param name="Principal">The principal whose messages are gone.</param>
/// <param name="First">The seq of the first of them.</param>
/// <param name="Last">The seq of the last of them; messages of others between the two stay.</param>
public sealed record PurgedEntries(ulong Room, ulong Seq, ulong Time, ulong From, string Name, ulong Principal, ulong First, ulong Last) : Entry(Room, Seq, Time, From, Name), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 129;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <inheritdoc/>
    public override Message? ToMessage() => null;

    /// <inheritdoc/>
    public override PurgedEntries WithoutText() => this;

    // [129, room, seq, time, from, name, principal, first, last]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 8);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Time);
        writer.Write(From);
        writer.Write(Name);
        writer.Write(Principal);
        writer.Write(First);
        writer.Write(Last);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new PurgedEntries(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        reader.UInt("principal"),
        reader.UInt("first"),
        reader.UInt("last"));
}
