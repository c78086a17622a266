using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From a moderator or an admin: erase what a principal has posted lately. Answered by <see cref="Purged"/> once no file of the server holds
/// any of it (CP-PUR-001).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">The principal's name; in one room also a name that its posts have.</param>
/// <param name="For">How far back, in milliseconds; at most <see cref="MaxFor"/>.</param>
/// <param name="Room">The room's id; null for every room.</param>
/// <param name="DryRun">Whether to change nothing, and only count.</param>
public sealed record Purge(ulong Id, string Name, ulong For, ulong? Room, bool DryRun) : Request(Id), IKnownFrame
{
    /// <summary>The longest that a purge goes back: 30 days, in milliseconds.</summary>
    public const ulong MaxFor = 30UL * 24 * 3600 * 1000;

    /// <inheritdoc/>
    public static int FrameCode => 248;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [248, id, name, for, room?, dry-run?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write(For);
        writer.WriteOptional(Room);
        writer.Write(DryRun);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Purge(
        reader.UInt("id"),
        reader.String("name", Names.MaxLength),
        reader.UInt("for"),
        reader.OptionalUInt("room"),
        reader.OptionalBool("dry-run"));
}
