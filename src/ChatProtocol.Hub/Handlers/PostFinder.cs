namespace ChatProtocol.Hub;

/// <summary>A message that has a text.</summary>
/// <param name="Seq">Its seq.</param>
/// <param name="Author">Its author's principal.</param>
internal readonly record struct FoundPost(ulong Seq, ulong Author);

/// <summary>Finds somebody's posts in a room, one read of the log after another.</summary>
internal sealed class PostFinder(StepCounter steps, IRoomLog log)
{
    /// <param name="query">The room, the range and the time.</param>
    /// <param name="isWanted">Says of an author whether its posts are wanted.</param>
    /// <param name="take">Called with those of each read, in ascending order; the next read begins when it calls its argument.</param>
    /// <param name="done">Called behind the last: with false if the log cannot be read just now.</param>
    public void Find(EntryQuery query, Predicate<PostAuthor> isWanted, Action<IReadOnlyList<FoundPost>, Action> take, Action<bool> done)
    {
        if (query.Range.IsEmpty)
        {
            done(true);
            return;
        }
        log.Read(new EntryRead(query, found =>
        {
            if (found is null)
            {
                done(false);
                return;
            }
            var last = found.Runs.Count == 0 ? found.Range.Last : Math.Min(found.Runs[^1].Last, found.Range.Last);
            take(Choose(found, isWanted), () => Find(query with { Range = found.Range with { First = last + 1 }, Since = null }, isWanted, take, done));
        }));
    }

    private List<FoundPost> Choose(EntryResult found, Predicate<PostAuthor> isWanted)
    {
        var posts = new List<FoundPost>();
        foreach (var (first, last, segment) in found.Runs)
        {
            steps.Add();
            for (var seq = Math.Max(first, found.Range.First); segment is not null && seq <= Math.Min(last, found.Range.Last); seq++)
                if (segment.AuthorOf(segment.IndexOf(seq)) is { } author && isWanted(author))
                    posts.Add(new FoundPost(seq, author.Principal));
            steps.Add((int)(last - first) / StepCounter.LookUps);
        }
        return posts;
    }
}
