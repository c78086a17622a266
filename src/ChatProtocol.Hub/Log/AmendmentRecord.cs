namespace ChatProtocol.Hub;

/// <summary>What has become of a message, as it is stored: by the transaction of the entry that tells it, and as long as the message.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
public sealed record AmendmentRecord(ulong Room, ulong Seq)
{
    /// <summary>The most edits of a message (CP-AMD-004).</summary>
    public const int MaxEdits = 255;

    /// <summary>The seq of the last entry that is contained in this.</summary>
    public ulong Through { get; init; }

    /// <summary>The text of the last edit; null for none, and for one that was erased.</summary>
    public Text? Text { get; init; }

    /// <summary>When the message was last edited, in milliseconds since 1970 UTC; 0 if it was not.</summary>
    public ulong Edited { get; init; }

    /// <summary>The seqs of the entries that edited it, in ascending order.</summary>
    public IReadOnlyList<ulong> Edits { get; init; } = [];

    /// <summary>Whether it is pinned.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Its reactions, in the order in which each was first set; none has a count of 0.</summary>
    public IReadOnlyList<ReactionCount> Reactions { get; init; } = [];

    /// <summary>Whether pages tell of it (CP-AMD-020).</summary>
    public bool IsTold => Text is not null || IsPinned || Reactions.Count > 0;

    /// <summary>The record once an entry has amended the message; an entry that amends nothing leaves it as it is.</summary>
    public AmendmentRecord With(Entry entry) => entry switch
    {
        Edited edited => this with { Through = edited.Seq, Text = edited.Text.Length == 0 ? default(Text?) : edited.Text, Edited = edited.Time, Edits = [.. Edits, edited.Seq] },
        Retracted retracted => this with { Through = retracted.Seq, Text = null, IsPinned = false, Reactions = [] },
        Pinned pinned => this with { Through = pinned.Seq, IsPinned = pinned.On },
        Reacted reacted => this with { Through = reacted.Seq, Reactions = Merge(reacted.Reactions) },
        _ => this,
    };

    /// <summary>The record with another count of a reaction.</summary>
    public AmendmentRecord WithCount(ReactionCount reaction) => this with { Reactions = Merge([reaction]) };

    /// <summary>The record without the text, which was erased.</summary>
    public AmendmentRecord WithoutText() => this with { Text = null };

    /// <summary>The frame that tells of it behind a page.</summary>
    /// <param name="own">The reactions of the principal that is told.</param>
    public Amended ToFrame(IReadOnlyCollection<string> own) => new(
        Room, Seq, Through, Text, Text is null ? null : Edited, IsPinned, [.. Reactions.Select(one => new ReactionTally(one.Reaction, one.Count, own.Contains(one.Reaction)))]);

    private List<ReactionCount> Merge(IReadOnlyList<ReactionCount> changed)
    {
        var all = Reactions.ToList();
        foreach (var reaction in changed)
        {
            var at = all.FindIndex(one => one.Reaction == reaction.Reaction);
            if (at < 0)
                all.Add(reaction);
            else
                all[at] = reaction;
        }
        all.RemoveAll(one => one.Count == 0);
        return all;
    }
}

/// <summary>A reaction of a principal to a message, as it is stored.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
/// <param name="Principal">The principal.</param>
/// <param name="Name">Its name when it reacted.</param>
/// <param name="Reaction">The reaction.</param>
public sealed record ReactionRecord(ulong Room, ulong Seq, ulong Principal, string Name, string Reaction);

/// <summary>A message that is stored and has a text, or an edit of one, with what has become of it.</summary>
/// <param name="Target">The seq of the message: another one than was asked for where that is an edit of it.</param>
/// <param name="From">The author's principal.</param>
/// <param name="Time">When the message was appended, in milliseconds since 1970 UTC.</param>
/// <param name="Text">The message's first text.</param>
/// <param name="Amendment">What has become of it; null if nothing has.</param>
public sealed record StoredMessage(ulong Target, ulong From, ulong Time, Text Text, AmendmentRecord? Amendment)
{
    /// <summary>The reactions of the principal that was asked for, by their seqs' order.</summary>
    public IReadOnlyList<string> Own { get; init; } = [];

    /// <summary>How many messages of the room are pinned.</summary>
    public int Pins { get; init; }
}
