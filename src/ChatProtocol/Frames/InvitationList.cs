using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Invitations"/>: invitations by ascending number.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The invitations of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last number.</param>
public sealed record InvitationList(ulong Id, IReadOnlyList<InvitationListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 232;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [232, id, [[invitation, by, role, uses, made, expires]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(6);
            writer.Write(item.Invitation);
            writer.Write(item.By);
            writer.Write(item.Role);
            writer.Write(item.Uses);
            writer.Write(item.Made);
            writer.Write(item.Expires);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new InvitationList(
        reader.UInt("id"),
        reader.List("invitations", InvitationListItem.Read),
        reader.Bool("more"));
}

/// <summary>One invitation.</summary>
/// <param name="Invitation">Its number.</param>
/// <param name="By">The name of the principal that made it.</param>
/// <param name="Role">The role of the accounts that are made by it.</param>
/// <param name="Uses">How many accounts may still be made by it.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="Expires">When it ends, in milliseconds since 1970 UTC.</param>
public readonly record struct InvitationListItem(ulong Invitation, string By, int Role, ulong Uses, ulong Made, ulong Expires)
{
    internal static InvitationListItem Read(ref FieldReader reader) => new(
        reader.UInt("invitation"),
        reader.String("by", Names.MaxLength),
        reader.UInt31("role"),
        reader.UInt("uses"),
        reader.UInt("made"),
        reader.UInt("expires"));
}
