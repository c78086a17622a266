namespace ChatProtocol.Client;

/// <summary>
/// A message in a room. One of a page is as it was when the page was made: with its present text, its reactions, and whether it is pinned.
/// One of an event is as it was posted, and <see cref="EditReceived"/> and others tell what becomes of it; <see cref="RoomMessages"/> brings
/// both together. Immutable.
/// </summary>
public sealed record ChatMessage : ChatEntry
{
    // Hardly any message has more than a text, and those that do not are the smaller for it.
    private readonly MessageDetail? _detail;

    /// <summary>The message's text, by its last edit; empty if it was erased or taken back.</summary>
    public Text Text { get; init; }

    /// <summary>Whether the text was erased or taken back: no message is posted empty (CP-MSG-004, 009).</summary>
    public bool IsErased => Text.Length == 0;

    /// <summary>The seq of the message that it replies to; null if it is no reply.</summary>
    public ulong? ReplyTo
    {
        get => _detail?.ReplyTo;
        init => _detail = MessageDetail.Of(_detail, detail => detail with { ReplyTo = value });
    }

    /// <summary>The seq of the message that its thread began with (<see cref="ChatRoom.ThreadAsync"/>); null if it is in none.</summary>
    public ulong? Thread
    {
        get => _detail?.Thread;
        init => _detail = MessageDetail.Of(_detail, detail => detail with { Thread = value });
    }

    /// <summary>Whether the text says what its author does, as in "ada waves".</summary>
    public bool IsAction
    {
        get => _detail is { IsAction: true };
        init => _detail = MessageDetail.Of(_detail, detail => detail with { IsAction = value });
    }

    /// <summary>When it was last edited, by the server's clock; null if it was not.</summary>
    public DateTimeOffset? Edited
    {
        get => _detail?.Edited;
        init => _detail = MessageDetail.Of(_detail, detail => detail with { Edited = value });
    }

    /// <summary>Whether it is pinned to its room.</summary>
    public bool IsPinned
    {
        get => _detail is { IsPinned: true };
        init => _detail = MessageDetail.Of(_detail, detail => detail with { IsPinned = value });
    }

    /// <summary>The reactions to it, each with how many users react so; empty for none.</summary>
    public IReadOnlyList<ReactionSummary> Reactions
    {
        get => _detail?.Reactions ?? [];
        init => _detail = MessageDetail.Of(_detail, detail => detail with { Reactions = value.Count == 0 ? [] : value });
    }

    /// <inheritdoc/>
    public override bool IsSaid => true;

    /// <inheritdoc/>
    public override ChatMessage ToMessage() => this;

    /// <summary>The message once its text was erased: nothing amends it any more.</summary>
    internal ChatMessage WithoutText() => this with { Text = default, Edited = null, IsPinned = false, Reactions = [] };

    /// <summary>What few messages have.</summary>
    private sealed record MessageDetail
    {
        private static readonly MessageDetail None = new();

        public ulong? ReplyTo { get; init; }

        public ulong? Thread { get; init; }

        public bool IsAction { get; init; }

        public DateTimeOffset? Edited { get; init; }

        public bool IsPinned { get; init; }

        public IReadOnlyList<ReactionSummary> Reactions { get; init; } = [];

        /// <summary>The changed details; null if nothing is left of them, so that messages without any are equal.</summary>
        public static MessageDetail? Of(MessageDetail? before, Func<MessageDetail, MessageDetail> change) =>
            change(before ?? None) is var after && after == None ? null : after;
    }
}
