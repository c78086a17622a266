namespace ChatProtocol.Client;

/// <summary>
/// The messages of one room as they are by now, for a program that shows or keeps them: it is given pages and what events tell, in any order
/// and as often as it comes, and has of each message the present text, reactions and pin. Texts that are gone it keeps nowhere (CP-AMD-009,
/// 021). Not thread-safe.
/// </summary>
/// <remarks>
/// It keeps every message that it is given, until <see cref="Forget"/>. Of messages that it was not given it keeps what became of the last 4,096,
/// since a page that is under way may bring them.
/// </remarks>
public sealed class RoomMessages
{
    private const int MaxUnknown = 4096;

    /// <summary>The most purges that are remembered for messages which come later.</summary>
    private const int MaxPurges = 64;

    private readonly ulong _self;
    private readonly SortedDictionary<ulong, MessageState> _messages = [];
    private readonly Dictionary<ulong, MessageState> _unknown = [];
    private readonly Queue<ulong> _unknownInOrder = new();
    private readonly Dictionary<ulong, ulong> _targets = [];
    private readonly Queue<ChatPurge> _purges = new();

    /// <summary>Begins without messages.</summary>
    /// <param name="self">The principal that they are shown to, <see cref="ChatClient.Principal"/>: its reactions are told as own ones.</param>
    public RoomMessages(ulong self) => _self = self;

    /// <summary>The messages by ascending seq.</summary>
    public IEnumerable<ChatMessage> Messages => _messages.Values.Select(one => one.Present!);

    /// <summary>A message as it is by now; null if it was not given.</summary>
    public ChatMessage? Find(ulong seq) => _messages.TryGetValue(seq, out var found) ? found.Present : null;

    /// <summary>Adds the messages of a page, and what its other entries tell of messages.</summary>
    public void Add(HistoryPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        foreach (var entry in page.Entries)
            if (entry is not ChatMessage message)
                Add(entry);
            else if (page.Amendments?.TryGetValue(message.Seq, out var amended) == true)
                Read(message, amended.Through, amended.Original);
            else
                Read(message, page.Head, message.Text);
    }

    /// <summary>
    /// Adds an entry that an event has told: a message as it was posted, or what has become of one. Those of a page are added with the page.
    /// </summary>
    /// <param name="entry">The entry; one of another kind changes nothing.</param>
    /// <returns>The message as it is by now; null if the entry is of none, or of one that was not given.</returns>
    public ChatMessage? Add(ChatEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        switch (entry)
        {
            case ChatMessage message:
                return Read(message, message.Seq, message.Text);
            case ChatPurge purge:
                Purge(purge);
                return null;
            case ChatAmendment amendment:
                return Amend(amendment);
            default:
                return null;
        }
    }

    /// <summary>Drops the text of an entry, which <see cref="MessageErased"/> has named.</summary>
    /// <param name="seq">The entry's seq.</param>
    /// <returns>The message as it is by now; null if it was not given.</returns>
    public ChatMessage? Erase(ulong seq)
    {
        if (_targets.TryGetValue(seq, out var target))
        {
            StateOf(target).EraseEdit();
            return Find(target);
        }
        StateOf(seq).Erase();
        return Find(seq);
    }

    /// <summary>
    /// Drops what is void once the server was restored, which <see cref="RoomRewound"/> has told: messages above a seq, and those of which
    /// something above it has become.
    /// </summary>
    /// <param name="seq">The last seq that still holds.</param>
    /// <returns>The messages up to that seq that were dropped and are to be read anew.</returns>
    public IReadOnlyList<ulong> Rewind(ulong seq)
    {
        List<ulong> gone = [.. _messages.Values.Where(one => one.Newest > seq).Select(one => one.Seq)];
        gone.ForEach(one => _messages.Remove(one));
        _unknown.Clear();
        _unknownInOrder.Clear();
        _purges.Clear();
        return gone.FindAll(one => one <= seq);
    }

    /// <summary>Forgets the messages up to a seq, so that a program that runs for long does not grow.</summary>
    public void Forget(ulong through)
    {
        while (_messages.Count > 0 && _messages.First() is { Key: var first } && first <= through)
            _messages.Remove(first);
        foreach (var edit in _targets.Where(one => one.Value <= through).Select(one => one.Key).ToList())
            _targets.Remove(edit);
    }

    private ChatMessage Read(ChatMessage message, ulong through, Text original)
    {
        if (!_messages.TryGetValue(message.Seq, out var state))
        {
            state = _unknown.Remove(message.Seq, out var heardOf) ? heardOf : new MessageState(message.Seq);
            _messages.Add(message.Seq, state);
        }
        state.Read(message, through, original);
        foreach (var purge in _purges)
            state.Purge(purge);
        return state.Present!;
    }

    private ChatMessage? Amend(ChatAmendment amendment)
    {
        var state = StateOf(amendment.Target);
        switch (amendment)
        {
            case ChatEdit edit:
                _targets[edit.Seq] = edit.Target;
                state.Edit(_purges.Any(purge => purge.Principal == edit.From && edit.Seq >= purge.First && edit.Seq <= purge.Last) ? edit with { Text = default } : edit);
                break;
            case ChatRetraction:
                state.Erase();
                break;
            case ChatReaction reaction:
                state.React(reaction, _self);
                break;
            case ChatPin pin:
                state.Pin(pin);
                break;
        }
        return state.Present;
    }

    private void Purge(ChatPurge purge)
    {
        foreach (var state in _messages.Values.Concat(_unknown.Values))
            state.Purge(purge);
        _purges.Enqueue(purge);
        if (_purges.Count > MaxPurges)
            _purges.Dequeue();
    }

    private MessageState StateOf(ulong seq)
    {
        if (_messages.TryGetValue(seq, out var known) || _unknown.TryGetValue(seq, out known))
            return known;
        _unknown.Add(seq, known = new MessageState(seq));
        _unknownInOrder.Enqueue(seq);
        if (_unknownInOrder.Count > MaxUnknown)
            _unknown.Remove(_unknownInOrder.Dequeue());
        return known;
    }
}
