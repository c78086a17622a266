using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the principal's read marker in a room was moved by another of its sessions, or by what it said there (CP-MRK-005).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The marker: the seq of the last entry that was read; 0 for none.</param>
/// <param name="Unread">How many entries above the marker, up to <paramref name="Head"/>, are said, by others, and not erased (CP-MRK-003).</param>
/// <param name="Exact">Whether that is the number; otherwise it is at most so many, as some were not looked at (CP-MRK-004).</param>
/// <param name="Head">The last entry that was counted, or could have been.</param>
public sealed record Marker(ulong Room, ulong Seq, ulong Unread, bool Exact, ulong Head) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 121;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [121, room, seq, unread, exact, head]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Unread);
        writer.Write(Exact);
        writer.Write(Head);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Marker(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("unread"),
        reader.Bool("exact"),
        reader.UInt("head"));
}
