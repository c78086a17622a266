namespace ChatProtocol.Client;

/// <summary>
/// One message as far as it is known: what was posted, and of each thing that is amended the newest that was heard of it. So it does not matter
/// in which order that is heard, nor how often. Not thread-safe.
/// </summary>
internal sealed class MessageState
{
    private ChatMessage? _posted;
    private Text _original;
    private (ulong Seq, Text? Text, DateTimeOffset? Time) _edit;
    private (ulong Seq, bool IsOn) _pin;
    private List<ReactionState> _reactions = [];
    private HashSet<ulong> _edits = [];
    private ulong _through;
    private bool _isErased;

    /// <param name="seq">The message's seq.</param>
    public MessageState(ulong seq) => (Seq, Newest) = (seq, seq);

    public ulong Seq { get; }

    /// <summary>The highest seq of what it was made of.</summary>
    public ulong Newest { get; private set; }

    /// <summary>The message as it is by now; null if it is not known.</summary>
    public ChatMessage? Present => _posted is null || _isErased ? _posted : _posted with
    {
        Text = _edit.Text ?? _original,
        Edited = _edit.Time,
        IsPinned = _pin.IsOn,
        Reactions = [.. _reactions.Where(one => one.Count.Value > 0).Select(one => new ReactionSummary { Reaction = one.Reaction, Count = one.Count.Value, IsOwn = one.Own.Value })],
    };

    /// <summary>The message was read, with all that the entries up to a seq have made of it (CP-AMD-021).</summary>
    /// <param name="message">The message as it was then.</param>
    /// <param name="through">The seq.</param>
    /// <param name="original">The text as it was posted.</param>
    public void Read(ChatMessage message, ulong through, Text original)
    {
        if (_posted is null)
            (_posted, _original) = (message with { Text = original }, original);
        if (message.IsErased || _isErased)
            Erase();
        if (_isErased || through < _through)
            return;
        if (_edit.Seq <= through)
            _edit = (through, message.Edited is null ? default(Text?) : message.Text, message.Edited);
        if (_pin.Seq <= through)
            _pin = (through, message.IsPinned);
        var kinds = message.Reactions.Select(one => one.Reaction).ToList();
        _reactions =
        [
            .. message.Reactions.Select(one => new ReactionState(one.Reaction, (through, one.Count), (through, one.IsOwn)).With(Find(one.Reaction))),
            .. _reactions.Where(one => !kinds.Contains(one.Reaction)).Select(one => new ReactionState(one.Reaction, (through, 0), (through, false)).With(one)),
        ];
        _through = through;
        Newest = Math.Max(Newest, through);
    }

    /// <summary>An edit; an erased one leaves the text that the message had at first.</summary>
    public void Edit(ChatEdit edit)
    {
        if (_isErased || !IsNews(edit, _edit.Seq))
            return;
        _edits.Add(edit.Seq);
        _edit = edit.IsErased ? (edit.Seq, null, null) : (edit.Seq, edit.Text, edit.Time);
    }

    public void Pin(ChatPin pin)
    {
        if (!_isErased && IsNews(pin, _pin.Seq))
            _pin = (pin.Seq, pin.IsPinned);
    }

    /// <param name="reaction">The entry.</param>
    /// <param name="self">The principal that the message is shown to.</param>
    public void React(ChatReaction reaction, ulong self)
    {
        if (_isErased)
            return;
        foreach (var (which, count) in reaction.Counts)
        {
            if (!IsNews(reaction, known: 0))
                continue;
            var own = reaction.Changes.Where(change => change.Principal == self && change.Reaction == which).Select(change => (bool?)change.IsOn).LastOrDefault();
            var news = new ReactionState(which, (reaction.Seq, count), own is { } isOn ? (reaction.Seq, isOn) : default);
            var at = _reactions.FindIndex(one => one.Reaction == which);
            if (at < 0)
                _reactions.Add(news);
            else
                _reactions[at] = _reactions[at].With(news);
        }
    }

    /// <summary>The message was erased or taken back: nothing amends it any more.</summary>
    public void Erase()
    {
        _isErased = true;
        (_original, _edit, _edits, _reactions) = (default, default, [], []);
        _posted = _posted?.WithoutText();
    }

    /// <summary>What a user has posted was purged, the message itself or edits of it (CP-AMD-034).</summary>
    public void Purge(ChatPurge purge)
    {
        if (_posted?.From is { } from && from != purge.Principal || _isErased || purge.Seq <= _through)
            return;
        if (_posted is not null && purge.Covers(_posted))
            Erase();
        // Of a page's edits it is not known which they were.
        else if (_edits.Any(edit => edit >= purge.First && edit <= purge.Last) || _edit.Time is not null && _edit.Seq == _through && purge.First <= _through && purge.Last > Seq)
            _edit = (Math.Max(_edit.Seq, purge.Seq), null, null);
    }

    /// <summary>The text of an edit was erased.</summary>
    public void EraseEdit()
    {
        if (!_isErased)
            _edit = (_edit.Seq, null, null);
    }

    private bool IsNews(ChatAmendment amendment, ulong known)
    {
        Newest = Math.Max(Newest, amendment.Seq);
        return amendment.Seq > Math.Max(_through, known);
    }

    private ReactionState? Find(string reaction) => _reactions.Find(one => one.Reaction == reaction);

    /// <summary>A reaction: how many react so, and whether the own principal does, each with the seq that has told it.</summary>
    private sealed record ReactionState(string Reaction, (ulong Seq, ulong Value) Count, (ulong Seq, bool Value) Own)
    {
        /// <summary>Of both the newer one.</summary>
        public ReactionState With(ReactionState? other) => other is null ? this
            : new(Reaction, other.Count.Seq > Count.Seq ? other.Count : Count, other.Own.Seq > Own.Seq ? other.Own : Own);
    }
}
