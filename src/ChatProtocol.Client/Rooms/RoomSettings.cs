namespace ChatProtocol.Client;

/// <summary>The settings of a room, and what its client is there, as the server told them last. Immutable.</summary>
internal sealed record RoomSettings
{
    /// <summary>Those of a room that has none, as a private one.</summary>
    public static RoomSettings None { get; } = new();

    public string Title { get; private init; } = "";

    public string Topic { get; private init; } = "";

    public bool IsModerated { get; private init; }

    public bool IsArchived { get; private init; }

    public TimeSpan? SlowMode { get; private init; }

    public TimeSpan? EditTime { get; private init; }

    public RoomRole Role { get; private init; }

    public RoomRestriction Restriction { get; private init; }

    public DateTimeOffset? Until { get; private init; }

    public static RoomSettings Of(RoomInfo info) => new()
    {
        Title = info.Title,
        Topic = info.Topic,
        IsModerated = info.Moderated != 0,
        IsArchived = info.Archived != 0,
        SlowMode = SpanOrNone(info.Slow),
        EditTime = SpanOrNone(info.EditFor),
        Role = info.Role,
        Restriction = info.Restriction,
        Until = WireTimes.TimeOrNone(info.Until),
    };

    /// <summary>The settings once an entry was said.</summary>
    /// <param name="entry">Any entry of the room.</param>
    /// <param name="self">The client's own principal.</param>
    public RoomSettings After(Entry entry, ulong self) => entry switch
    {
        RoomChanged changed => this with
        {
            Title = changed.Title ?? Title,
            Topic = changed.Topic ?? Topic,
            IsModerated = changed.Moderated is { } moderated ? moderated != 0 : IsModerated,
            IsArchived = changed.Archived is { } archived ? archived != 0 : IsArchived,
            SlowMode = changed.Slow is { } slow ? SpanOrNone(slow) : SlowMode,
            EditTime = changed.EditFor is { } editFor ? SpanOrNone(editFor) : EditTime,
        },
        RoleChanged changed when changed.Principal == self => this with
        {
            Role = changed.Role,
            Restriction = changed.Restriction,
            Until = WireTimes.TimeOrNone(changed.Until),
        },
        _ => this,
    };

    private static TimeSpan? SpanOrNone(ulong milliseconds) => milliseconds == 0 ? null : WireTimes.Span(milliseconds);
}
