namespace ChatProtocol.Client;

/// <summary>
/// A post. One without a key gets its counter when it is sent, and a new one if it is sent again because one before it was refused.
/// </summary>
/// <param name="room">The room.</param>
/// <param name="text">The text.</param>
/// <param name="key">The key, in the place of a counter; null for none.</param>
internal sealed class PostCall(RoomState room, Text text, byte[]? key = null) : Call<PostReceipt>
{
    // Beyond every counter (CP-ENC-004).
    private const ulong Keyed = 1UL << 63;

    public RoomIdentity Room => room.Identity;

    public Text Text => text;

    public bool HasKey => key is not null;

    /// <summary>The key; null for none.</summary>
    public ReadOnlyMemory<byte>? Key => key is null ? default(ReadOnlyMemory<byte>?) : key;

    /// <summary>The tag, and the key as the caller gave it; null for neither.</summary>
    public PostOptions? Options { get; init; }

    /// <summary>What the message carries beside its text; null for nothing.</summary>
    public MessageDetails? Details { get; init; }

    /// <summary>The call's place among all posts, which is also the order they are stored in.</summary>
    public ulong Order { get; set; }

    /// <summary>The counter; 0 before there is one.</summary>
    public ulong Counter { get; set; }

    /// <summary>The place of its tag; null without one.</summary>
    public TagPlace? Place { get; set; }

    /// <summary>The number by which the outbox tells it from others in its room.</summary>
    public ulong Number => key is null ? Counter : Keyed | Order;

    /// <summary>Whether the outbox may not have it yet.</summary>
    public bool IsUnwritten { get; set; }

    /// <summary>Whether the post was sent on an earlier connection, or in an earlier run, and not answered.</summary>
    public bool MayBeStored { get; set; }

    public override Request ToFrame(ulong id) =>
        new Post(id, room.Id, text, key is null ? Counter : null, key is null ? default(ReadOnlyMemory<byte>?) : key) { Details = Details };

    public override bool TryAnswer(Reply reply)
    {
        if (reply is not Posted posted)
            return false;
        if (posted.Seq is { } seq)
            room.SawHead(seq);
        Succeed(PostReceipt.Of(posted, room.Id, room.Identity.Epoch));
        return true;
    }
}
