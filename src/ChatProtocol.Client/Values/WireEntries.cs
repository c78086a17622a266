namespace ChatProtocol.Client;

/// <summary>Makes entries of the wire's frames.</summary>
internal static class WireEntries
{
    public static ChatEntry Of(Entry entry) => entry is Message message
        ? new ChatMessage
        {
            RoomId = message.Room,
            Seq = message.Seq,
            Time = WireTimes.Time(message.Time),
            From = message.From,
            Name = message.Name,
            Text = message.Text,
        }.With(message.Details)
        : OfOther(entry);

    /// <summary>A message of a page as it was when the page was made (CP-AMD-020).</summary>
    public static ChatMessage With(this ChatMessage message, Amended amended) => message with
    {
        Text = amended.Text ?? message.Text,
        Edited = amended.Edited is { } edited ? WireTimes.Time(edited) : null,
        IsPinned = amended.Pinned,
        Reactions = [.. amended.Reactions.Select(ReactionSummary.Of)],
    };

    private static ChatMessage With(this ChatMessage message, MessageDetails? details) => details is null ? message
        : message with { ReplyTo = details.Reply, Thread = details.Thread, IsAction = details.Action };

    /// <summary>An entry that is rare enough to be made in two steps.</summary>
    private static ChatEntry OfOther(Entry entry)
    {
        ChatEntry typed = entry switch
        {
            RoomChanged changed => new ChatRoomChange { Text = changed.Text, Change = RoomChange.Of(changed) },
            RoleChanged changed => new ChatRoleChange
            {
                Text = changed.Text,
                Principal = changed.Principal,
                Whom = changed.Whom,
                Role = changed.Role,
                Restriction = changed.Restriction,
                Until = WireTimes.TimeOrNone(changed.Until),
            },
            PurgedEntries purged => new ChatPurge { Principal = purged.Principal, First = purged.First, Last = purged.Last },
            Edited edited => new ChatEdit { Target = edited.Target, Text = edited.Text },
            Retracted retracted => new ChatRetraction { Target = retracted.Target },
            Reacted reacted => new ChatReaction
            {
                Target = reacted.Target,
                Counts = reacted.Reactions.DistinctBy(one => one.Reaction).ToDictionary(one => one.Reaction, one => one.Count),
                Changes = [.. reacted.Changes.Select(ReactionSwitch.Of)],
            },
            Pinned pinned => new ChatPin { Target = pinned.Target, IsPinned = pinned.On },
            UnknownEntry unknown => new UnknownChatEntry { Code = unknown.Code, Text = unknown.Text },
            _ => throw new ArgumentException($"An entry of code {entry.Code} is none of this version's.", nameof(entry)),
        };
        return typed with { RoomId = entry.Room, Seq = entry.Seq, Time = WireTimes.Time(entry.Time), From = entry.From, Name = entry.Name };
    }
}
