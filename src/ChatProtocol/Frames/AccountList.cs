using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Accounts"/>: accounts by ascending principal.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The accounts of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last principal.</param>
public sealed record AccountList(ulong Id, IReadOnlyList<AccountListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 234;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [234, id, [[principal, name, role, made, disabled, sessions, seen]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(7);
            writer.Write(item.Principal);
            writer.Write(item.Name);
            writer.Write(item.Role);
            writer.Write(item.Made);
            writer.Write(item.Disabled);
            writer.Write(item.Sessions);
            writer.Write(item.Seen);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new AccountList(
        reader.UInt("id"),
        reader.List("accounts", AccountListItem.Read),
        reader.Bool("more"));
}

/// <summary>One account.</summary>
/// <param name="Principal">Its principal.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">Its role.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="Disabled">Whether nobody can log in as it.</param>
/// <param name="Sessions">How many sessions it has.</param>
/// <param name="Seen">When its last session ended, or was seen, in milliseconds since 1970 UTC.</param>
public readonly record struct AccountListItem(ulong Principal, string Name, int Role, ulong Made, bool Disabled, ulong Sessions, ulong Seen)
{
    internal static AccountListItem Read(ref FieldReader reader) => new(
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength),
        reader.UInt31("role"),
        reader.UInt("made"),
        reader.Bool("disabled"),
        reader.UInt("sessions"),
        reader.UInt("seen"));
}
