using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <content>What is done to a message that was posted, and the lists of it.</content>
public sealed partial class ChatRoom
{
    /// <summary>For how long a message can be edited by its author; null for ever (CP-AMD-003).</summary>
    public TimeSpan? EditTime => State.Settings.EditTime;

    /// <summary>
    /// Replaces the text of one of this client's own messages; completes when that is durable. The message keeps its place and its time.
    /// Refused with <see cref="ErrorCode.Denied"/> for a message of somebody else and after <see cref="EditTime"/>, with
    /// <see cref="ErrorCode.NoSuchEntry"/> for one that is erased or was never there, and with <see cref="ErrorCode.TooMany"/> after 256 edits.
    /// </summary>
    /// <param name="seq">The message's number (<see cref="ChatEntry.Seq"/>).</param>
    /// <param name="text">The new text; not empty and at most <see cref="Limits.Text"/> bytes, or it is refused.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it; without a seq if the message has this text already.</returns>
    public Task<PostReceipt> EditAsync(ulong seq, Text text, CancellationToken cancellationToken = default)
    {
        CheckSeq(seq);
        return ArgumentChecks.ValidateText(text, _requests.Limits.Text) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : DoAsync(id => new Edit(id, Id, seq, text), cancellationToken);
    }

    /// <summary>
    /// Takes back a message, this client's own or as a moderator of the room anybody's; completes when that is durable and nobody is sent its
    /// text any more. Refused with <see cref="ErrorCode.Denied"/> to others.
    /// </summary>
    /// <param name="seq">The message's number.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it.</returns>
    /// <remarks>
    /// If the answer was lost with the connection, the repeated request may be refused with <see cref="ErrorCode.NoSuchEntry"/>: there is no
    /// such message any more.
    /// </remarks>
    public Task<PostReceipt> RetractAsync(ulong seq, CancellationToken cancellationToken = default)
    {
        CheckSeq(seq);
        return DoAsync(id => new Retract(id, Id, seq), cancellationToken);
    }

    /// <summary>
    /// Reacts to a message, or no longer does; completes when that is durable. Who reacts twice in the same way does so once. Refused with
    /// <see cref="ErrorCode.TooMany"/> beyond 8 reactions of one user to a message, 32 different ones, and 10,000 in all.
    /// </summary>
    /// <param name="seq">The message's number.</param>
    /// <param name="reaction">The reaction, an emoji in general: 1 to 64 bytes of UTF-8 without blanks and control characters.</param>
    /// <param name="on">Whether this client's user reacts so from then on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it; without a seq if that was so already.</returns>
    public Task<PostReceipt> ReactAsync(ulong seq, string reaction, bool on = true, CancellationToken cancellationToken = default)
    {
        CheckSeq(seq);
        return ArgumentChecks.ValidateReaction(reaction) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : DoAsync(id => new React(id, Id, seq, reaction, on), cancellationToken);
    }

    /// <summary>
    /// Pins a message to the room, or unpins it, as a moderator may, and in a private room both of its users; completes when that is durable.
    /// Refused with <see cref="ErrorCode.TooMany"/> in a room with 100 pinned messages.
    /// </summary>
    /// <param name="seq">The message's number.</param>
    /// <param name="on">Whether it is pinned from then on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it; without a seq if that was so already.</returns>
    public Task<PostReceipt> PinAsync(ulong seq, bool on = true, CancellationToken cancellationToken = default)
    {
        CheckSeq(seq);
        return DoAsync(id => new Pin(id, Id, seq, on), cancellationToken);
    }

    /// <summary>Reads the pinned messages of the room by ascending seq.</summary>
    public IAsyncEnumerable<ChatMessage> PinsAsync(CancellationToken cancellationToken = default) =>
        MessagesOfAsync(ListPages.ReadAsync((_, ct) => SeqsAsync(id => new Pins(id, Id), ct), seq => seq, cancellationToken), cancellationToken);

    /// <summary>Reads the messages of a thread by ascending seq, without the one that it began with.</summary>
    /// <param name="root">The seq of the message that the thread began with.</param>
    /// <param name="after">Only messages above this seq; 0 for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<ChatMessage> ThreadAsync(ulong root, ulong after = 0, CancellationToken cancellationToken = default)
    {
        CheckSeq(root);
        ArgumentChecks.CheckNumber(after);
        var seqs = ListPages.ReadAsync((last, ct) => SeqsAsync(id => new ThreadMessages(id, Id, root, Math.Max(after, last)), ct), seq => seq, cancellationToken);
        return MessagesOfAsync(seqs, cancellationToken);
    }

    /// <summary>Lists the reactions to a message with their users, by ascending principal, page by page.</summary>
    /// <param name="seq">The message's number.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<ChatReactor> ReactionsAsync(ulong seq, CancellationToken cancellationToken = default)
    {
        CheckSeq(seq);
        return ListPages.ReadAsync(
            (after, ct) => _requests.CallAsync<ReactionList, ListPage<ChatReactor>>(
                id => new Reactions(id, Id, seq, after), list => new([.. list.Reactions.Select(ChatReactor.Of)], list.More), ct),
            reactor => reactor.Principal,
            cancellationToken);
    }

    private Task<ListPage<ulong>> SeqsAsync(Func<ulong, Request> request, CancellationToken cancellationToken) =>
        _requests.CallAsync<SeqList, ListPage<ulong>>(request, list => new([.. list.Seqs.Select(one => one.Seq)], list.More), cancellationToken);

    /// <summary>The messages of ascending seqs, as many of them in one page as lie so near each other.</summary>
    private async IAsyncEnumerable<ChatMessage> MessagesOfAsync(IAsyncEnumerable<ulong> seqs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var near = new List<ulong>();
        var most = (ulong)Math.Max(_requests.Limits.Page, 1);
        await foreach (var seq in seqs.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (near.Count > 0 && seq - near[0] >= most)
            {
                await foreach (var message in ReadAsync(near, cancellationToken).ConfigureAwait(false))
                    yield return message;
                near.Clear();
            }
            near.Add(seq);
        }
        await foreach (var message in ReadAsync(near, cancellationToken).ConfigureAwait(false))
            yield return message;
    }

    /// <summary>The messages that are still there of some that one page has room for, unless its bytes make it several.</summary>
    private async IAsyncEnumerable<ChatMessage> ReadAsync(List<ulong> seqs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (seqs.Count == 0)
            yield break;
        var wanted = seqs.ToHashSet();
        await foreach (var page in Pages(seqs[0] - 1, seqs[^1], since: null, cancellationToken).ConfigureAwait(false))
            foreach (var message in page.Entries.OfType<ChatMessage>().Where(message => wanted.Contains(message.Seq)))
                yield return message;
    }

    private static void CheckSeq(ulong seq, [CallerArgumentExpression(nameof(seq))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(seq, name);
        ArgumentChecks.CheckNumber(seq, name);
    }
}
