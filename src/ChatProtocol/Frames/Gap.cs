using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: these entries of a room are not delivered; the next entry is the one behind them (CP-DEL-025).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="First">The seq of the first missing entry.</param>
/// <param name="Last">The seq of the last missing entry.</param>
/// <param name="Why">Why the entries are missing.</param>
public sealed record Gap(ulong Room, ulong First, ulong Last, GapReason Why) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 73;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [73, room, first, last, why]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Room);
        writer.Write(First);
        writer.Write(Last);
        writer.Write((uint)Why);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Gap(
        reader.UInt("room"),
        reader.UInt("first"),
        reader.UInt("last"),
        (GapReason)reader.UInt31("why"));
}
