using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Bans"/> and <see cref="Ban"/> (with the new ban): bans by ascending number.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The bans of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last number.</param>
/// <param name="Hit">In the answer to a <see cref="Ban"/>, how many sessions it has ended, or would end; null otherwise.</param>
public sealed record BanList(ulong Id, IReadOnlyList<BanListItem> Items, bool More, ulong? Hit) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 96;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [96, id, [[ban, principal, subject, until, reason, by, made]…], more, hit?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(7);
            writer.Write(item.Ban);
            writer.Write(item.Principal);
            writer.Write(item.Subject);
            writer.Write(item.Until);
            writer.Write(item.Reason);
            writer.Write(item.By);
            writer.Write(item.Made);
        }
        writer.Write(More);
        writer.WriteOptional(Hit);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new BanList(
        reader.UInt("id"),
        reader.List("bans", BanListItem.Read),
        reader.Bool("more"),
        reader.OptionalUInt("hit"));
}

/// <summary>One ban.</summary>
/// <param name="Ban">The ban's number; 0 for a dry run.</param>
/// <param name="Principal">The banned principal; 0 if an address is banned.</param>
/// <param name="Subject">The principal's name when the ban was made, or the address or prefix.</param>
/// <param name="Until">When the ban ends, in milliseconds since 1970 UTC; 0 for never.</param>
/// <param name="Reason">The reason told to the banned users; may be empty.</param>
/// <param name="By">The name of the admin who made it.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
public readonly record struct BanListItem(ulong Ban, ulong Principal, string Subject, ulong Until, string Reason, string By, ulong Made)
{
    internal static BanListItem Read(ref FieldReader reader) => new(
        reader.UInt("ban"),
        reader.UInt("principal"),
        reader.String("subject", Names.MaxLength),
        reader.UInt("until"),
        reader.String("reason", ChatProtocol.Ban.MaxReason),
        reader.String("by", Names.MaxLength),
        reader.UInt("made"));
}
