using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: these entries of a room do not come; what follows is the one behind them (CP-DEL-025).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="First">The seq of the first that does not come.</param>
/// <param name="Last">The seq of the last.</param>
/// <param name="Why">Why they do not come.</param>
public sealed record Gap(ulong Room, ulong First, ulong Last, GapReason Why) : Frame
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Gap;

    // [73, room, first, last, why]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Room);
        writer.Write(First);
        writer.Write(Last);
        writer.Write((uint)Why);
    }

    internal static Gap Read(ref FieldReader reader) => new(
        reader.UInt("room"),
        reader.UInt("first"),
        reader.UInt("last"),
        (GapReason)reader.UInt31("why"));
}
