namespace ChatProtocol.Client;

/// <summary>
/// Requests whose turn has come and that wait until the outbox has the posts among them; those that are being written are the first of them.
/// Guarded by its owner's lock.
/// </summary>
internal sealed class StagedRequests
{
    private readonly List<Call> _calls = [];
    private int _bytes;
    private int _writing;

    public int Count => _calls.Count;

    /// <summary>Whether their posts are few enough for another one.</summary>
    public bool HasRoom => _bytes < SendBuffer.Enough;

    public IEnumerable<Call> Calls => _calls;

    /// <summary>From here on a post may be carried out: the next run sends what the outbox has.</summary>
    public void Add(Call call)
    {
        call.IsSent |= call is PostCall;
        _calls.Add(call);
        _bytes += BytesOf(call);
    }

    /// <summary>All that are there are written now.</summary>
    public void BeginWrite() => _writing = _calls.Count;

    /// <summary>Removes those that were written; none if they were taken back meanwhile.</summary>
    public List<Call> EndWrite()
    {
        var written = _calls.GetRange(0, _writing);
        _calls.RemoveRange(0, _writing);
        Recount();
        foreach (var call in written)
            if (call is PostCall post)
                post.IsUnwritten = false;
        return written;
    }

    /// <summary>Removes posts that are not sent.</summary>
    public void Remove(IReadOnlyCollection<PostCall> posts)
    {
        _calls.RemoveAll(call => call is PostCall post && posts.Contains(post));
        Recount();
    }

    public void Clear()
    {
        _calls.Clear();
        Recount();
    }

    private static int BytesOf(Call call) => call is PostCall post ? post.Text.Length : 0;

    private void Recount()
    {
        (_bytes, _writing) = (0, 0);
        foreach (var call in _calls)
            _bytes += BytesOf(call);
    }
}
