using System.Text;

namespace ChatProtocol.Client;

/// <summary>A change of a room's settings: what is null stays as it is. For <see cref="ChatRoom.ChangeAsync"/>, and in entries that tell one. Immutable.</summary>
public sealed record RoomChange
{
    /// <summary>The longest title, in bytes of UTF-8.</summary>
    public const int MaxTitle = Names.MaxLength;

    /// <summary>The longest topic, in bytes of UTF-8.</summary>
    public const int MaxTopic = ChangeRoom.MaxTopic;

    /// <summary>The longest <see cref="SlowMode"/>: six hours.</summary>
    public static TimeSpan MaxSlowMode => WireTimes.Span(ChangeRoom.MaxSlow);

    /// <summary>The longest <see cref="EditTime"/>: a year.</summary>
    public static TimeSpan MaxEditTime => WireTimes.Span(ChangeRoom.MaxEditFor);

    /// <summary>The title, at most <see cref="MaxTitle"/> bytes; empty for none. Null in an entry whose text was erased.</summary>
    public string? Title { get; init; }

    /// <summary>The topic, at most <see cref="MaxTopic"/> bytes; empty for none. Null in an entry whose text was erased.</summary>
    public string? Topic { get; init; }

    /// <summary>Whether only those with a role in the room may post (CP-ROL-030).</summary>
    public bool? IsModerated { get; init; }

    /// <summary>Whether nobody may post (CP-ROL-031).</summary>
    public bool? IsArchived { get; init; }

    /// <summary>
    /// The least time between two posts of one user below moderator, in whole milliseconds, at most <see cref="MaxSlowMode"/>; zero for
    /// none (CP-ROL-032).
    /// </summary>
    public TimeSpan? SlowMode { get; init; }

    /// <summary>
    /// For how long a message can be edited by its author, in whole milliseconds, at most <see cref="MaxEditTime"/>; zero for ever (CP-AMD-003).
    /// </summary>
    public TimeSpan? EditTime { get; init; }

    /// <summary>Names what it changes; the words stay out of logs.</summary>
    public override string ToString()
    {
        string?[] changed =
        [
            Title is null ? null : "title", Topic is null ? null : "topic", IsModerated is null ? null : "moderated",
            IsArchived is null ? null : "archived", SlowMode is null ? null : "slow mode",
            EditTime is null ? null : "edit time",
        ];
        return "a change of " + (changed.All(name => name is null) ? "nothing" : string.Join(", ", changed.OfType<string>()));
    }

    internal static RoomChange Of(RoomChanged entry) => new()
    {
        Title = entry.Title,
        Topic = entry.Topic,
        IsModerated = entry.Moderated is { } moderated ? moderated != 0 : null,
        IsArchived = entry.Archived is { } archived ? archived != 0 : null,
        SlowMode = entry.Slow is { } slow ? WireTimes.Span(slow) : null,
        EditTime = entry.EditFor is { } editFor ? WireTimes.Span(editFor) : null,
    };

    internal ChangeRoom ToFrame(ulong id, ulong room) =>
        new(id, room, Title, Topic, ToNumber(IsModerated), ToNumber(IsArchived), (ulong?)SlowMode?.TotalMilliseconds, (ulong?)EditTime?.TotalMilliseconds);

    /// <exception cref="ArgumentException">It changes nothing, or something to what no room can have.</exception>
    internal void Validate()
    {
        if (this == new RoomChange())
            throw new ArgumentException("This changes nothing: set what is to change.");
        if (Encoding.UTF8.GetByteCount(Title ?? "") > MaxTitle)
            throw new ArgumentException($"A title has at most {MaxTitle} bytes of UTF-8.");
        if (Encoding.UTF8.GetByteCount(Topic ?? "") > MaxTopic)
            throw new ArgumentException($"A topic has at most {MaxTopic} bytes of UTF-8.");
        if (SlowMode is { } slow && (slow < TimeSpan.Zero || slow > MaxSlowMode))
            throw new ArgumentException($"Slow mode is a time from 0 to {MaxSlowMode.TotalHours:0} hours between two posts.");
        if (EditTime is { } edit && (edit < TimeSpan.Zero || edit > MaxEditTime))
            throw new ArgumentException($"The time for edits is from 0, which is for ever, to {MaxEditTime.TotalDays:0} days.");
    }

    private static ulong? ToNumber(bool? setting) => setting is { } on ? on ? 1UL : 0 : null;
}
