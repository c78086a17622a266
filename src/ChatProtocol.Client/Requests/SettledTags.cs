namespace ChatProtocol.Client;

/// <summary>
/// The position in the order of posting: every tagged post up to this place is settled, or, for the position of an outbox, either
/// settled or recorded there.
/// </summary>
/// <param name="Index">The number of the place; 0 for one of an earlier run.</param>
/// <param name="Tag">Its tag; null where there is none before it.</param>
internal readonly record struct TagPosition(ulong Index, ulong? Tag);

/// <summary>
/// The tags that were posted and are not settled, in the order of posting. A post that fails without being settled keeps its place until
/// one with the same tag is. Guarded by its owner's lock.
/// </summary>
/// <param name="latest">The tag at which an earlier run ended.</param>
internal sealed class SettledTags(ulong? latest)
{
    private readonly Dictionary<ulong, TagPlace> _open = [];
    private ulong? _latest = latest;
    private ulong _index;
    private TagPlace? _first;
    private TagPlace? _last;
    private TagPlace? _firstUnrecorded;

    /// <summary>The tag such that it and all before it are settled.</summary>
    public ulong? Settled => _first is null ? _latest : _first.Before;

    /// <summary>The position up to which all are settled or recorded.</summary>
    public TagPosition Recorded => _firstUnrecorded is { } first ? new(first.Index - 1, first.Before) : new(_index, _latest);

    /// <summary>Gives the tag of a new post its place.</summary>
    public TagPlace Admit(ulong tag)
    {
        if (_open.TryGetValue(tag, out var place))
            return place;
        place = new TagPlace(tag, _latest, ++_index) { Previous = _last };
        _latest = tag;
        _open.Add(tag, place);
        _first ??= place;
        if (_last is not null)
            _last.Next = place;
        _last = place;
        _firstUnrecorded ??= place;
        return place;
    }

    /// <summary>The outbox has a post of the place.</summary>
    public void Record(TagPlace place)
    {
        place.IsRecorded = true;
        SkipRecorded();
    }

    /// <summary>The outbox has no post of the place any more, and it is not settled.</summary>
    public void Release(TagPlace place)
    {
        if (place.IsSettled)
            return;
        place.IsRecorded = false;
        if (_firstUnrecorded is null || place.Index < _firstUnrecorded.Index)
            _firstUnrecorded = place;
    }

    public void Settle(TagPlace place)
    {
        if (place.IsSettled)
            return;
        // A settled place is passed over as a recorded one is.
        place.IsSettled = place.IsRecorded = true;
        SkipRecorded();
        _open.Remove(place.Tag);
        if (place.Previous is null)
            _first = place.Next;
        else
            place.Previous.Next = place.Next;
        if (place.Next is null)
            _last = place.Previous;
        else
            place.Next.Previous = place.Previous;
    }

    private void SkipRecorded()
    {
        while (_firstUnrecorded is { IsRecorded: true })
            _firstUnrecorded = _firstUnrecorded.Next;
    }
}
