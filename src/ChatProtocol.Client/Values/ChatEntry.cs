using System.Globalization;

namespace ChatProtocol.Client;

/// <summary>
/// A numbered entry of a room's log: a <see cref="ChatMessage"/>, a <see cref="ChatRoomChange"/>, a <see cref="ChatRoleChange"/>, a
/// <see cref="ChatPurge"/>, a <see cref="ChatAmendment"/>, or an <see cref="UnknownChatEntry"/> of a kind that this version does not know.
/// Kinds may be added. Immutable.
/// </summary>
public abstract record ChatEntry : HistoryPart
{
    private protected ChatEntry()
    {
    }

    /// <summary>
    /// The id of the entry's room when the entry came. A restored server may have given <see cref="ChatRoom.Id"/> a new
    /// value since.
    /// </summary>
    public ulong RoomId { get; init; }

    /// <summary>The entry's number in the room, from 1 without a hole, whatever its kind.</summary>
    public ulong Seq { get; init; }

    /// <summary>
    /// When it was appended, by the server's clock, in UTC and to the millisecond; never earlier than the preceding entry's
    /// time.
    /// </summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>
    /// The author's principal, whatever the name: compare it with <see cref="ChatClient.Principal"/>.
    /// <see cref="PrincipalIds"/> tells the server's own (CP-NAM-018).
    /// </summary>
    public ulong From { get; init; }

    /// <summary>The principal's name at that time.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Whether the entry stands by itself and counts where entries are counted; otherwise it changes an earlier entry, and
    /// shows nothing (CP-MSG-016).
    /// </summary>
    public abstract bool IsSaid { get; }

    internal override ulong Place => Seq;

    /// <summary>
    /// The entry as shown by a program that does not know its kind: a message, or null if there is nothing to show
    /// (CP-MSG-015).
    /// </summary>
    public abstract ChatMessage? ToMessage();

    /// <summary>Names the entry; its text stays out of logs.</summary>
    public sealed override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"entry {Seq} from {Name} ({From}) at {Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}");

    /// <summary>The entry as the server's own words, where its text goes on behind the author's name.</summary>
    private protected ChatMessage ToNotice(Text text) => new()
    {
        RoomId = RoomId,
        Seq = Seq,
        Time = Time,
        From = PrincipalIds.Server,
        Name = Names.Server,
        Text = text.Length == 0 ? default : new Text($"{Name} {text}"),
    };
}
