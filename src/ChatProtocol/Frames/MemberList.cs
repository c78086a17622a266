using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Members"/>: principals by ascending id.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The members of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last principal.</param>
public sealed record MemberList(ulong Id, IReadOnlyList<MemberListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 82;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [82, id, [[principal, name, sessions]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(3);
            writer.Write(item.Principal);
            writer.Write(item.Name);
            writer.Write(item.Sessions);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new MemberList(
        reader.UInt("id"),
        reader.List("members", MemberListItem.Read),
        reader.Bool("more"));
}

/// <summary>One member of a room.</summary>
/// <param name="Principal">The principal's id.</param>
/// <param name="Name">The principal's name.</param>
/// <param name="Sessions">How many of the principal's sessions are in the room.</param>
public readonly record struct MemberListItem(ulong Principal, string Name, ulong Sessions)
{
    internal static MemberListItem Read(ref FieldReader reader) =>
        new(reader.UInt("principal"), reader.String("name", Names.MaxLength), reader.UInt("sessions"));
}
