namespace ChatProtocol.Hub;

/// <summary>The text of an entry that a search looks at, and that an index has tokens of: the one place that says so.</summary>
internal static class SearchedText
{
    /// <summary>The present text of an entry; empty if it has none, was erased, or shows nothing by itself.</summary>
    public static Text Of(Entry entry) => entry switch
    {
        Message message => message.Text,
        RoomChanged changed => changed.Text,
        RoleChanged changed => changed.Text,
        UnknownEntry { IsSaid: true } unknown => unknown.Text,
        _ => default,
    };
}
