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
        }
        : OfOther(entry);

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
            UnknownEntry unknown => new UnknownChatEntry { Code = unknown.Code, Text = unknown.Text },
            _ => throw new ArgumentException($"An entry of code {entry.Code} is none of this version's.", nameof(entry)),
        };
        return typed with { RoomId = entry.Room, Seq = entry.Seq, Time = WireTimes.Time(entry.Time), From = entry.From, Name = entry.Name };
    }
}
