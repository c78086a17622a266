using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="RoomRoles"/>: principals with a role or a restriction, by ascending id.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The principals of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last principal.</param>
public sealed record RoleList(ulong Id, IReadOnlyList<RoleListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 246;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [246, id, [[principal, name, role, restriction, until, reason, by, made]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(8);
            writer.Write(item.Principal);
            writer.Write(item.Name);
            writer.Write((uint)item.Role);
            writer.Write((uint)item.Restriction);
            writer.Write(item.Until);
            writer.WriteWords(item.Reason, Ban.MaxReason);
            writer.Write(item.By);
            writer.Write(item.Made);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RoleList(
        reader.UInt("id"),
        reader.List("roles", RoleListItem.Read),
        reader.Bool("more"));
}

/// <summary>A principal with a role or a restriction in a room.</summary>
/// <param name="Principal">The principal.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">Its <see cref="RoomRole"/>.</param>
/// <param name="Restriction">Its <see cref="RoomRestriction"/>.</param>
/// <param name="Until">When the restriction ends, in milliseconds since 1970 UTC; 0 for never or none.</param>
/// <param name="Reason">Why it has the restriction; may be empty.</param>
/// <param name="By">The name of the principal that changed it last.</param>
/// <param name="Made">When that was, in milliseconds since 1970 UTC.</param>
public readonly record struct RoleListItem(ulong Principal, string Name, RoomRole Role, RoomRestriction Restriction, ulong Until, string Reason, string By, ulong Made)
{
    internal static RoleListItem Read(ref FieldReader reader) => new(
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength),
        (RoomRole)reader.UInt31("role"),
        (RoomRestriction)reader.UInt31("restriction"),
        reader.UInt("until"),
        reader.String("reason", Ban.MaxReason),
        reader.String("by", Names.MaxLength),
        reader.UInt("made"));
}
