namespace ChatProtocol.Client;

/// <summary>
/// Saves the cursor of a room behind the messages that are handled: the highest one below which none is still under way, at most ten times a
/// second. Thread-safe.
/// </summary>
internal sealed class CursorKeeper : IAsyncDisposable
{
    /// <summary>The pause between two times that a store is written, so that a long backlog does not keep the disk busy.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ICursorStore _store;
    private readonly string _room;
    private readonly Lock _gate = new();
    private readonly Queue<Handling> _underWay = new();
    private readonly CancellationTokenSource _disposing = new();
    private ChatCursor _handled;
    private ChatCursor _saved;
    private Task _saving = Task.CompletedTask;
    private bool _isSaving;

    private CursorKeeper(ICursorStore store, string room, ChatCursor begin) => (_store, _room, _handled, _saved) = (store, room, begin, begin);

    /// <summary>Begins at a place, which the store has from then on.</summary>
    public static async Task<CursorKeeper> BeginAsync(ICursorStore store, string room, ChatCursor begin, CancellationToken stop)
    {
        await store.SaveAsync(room, begin, stop).ConfigureAwait(false);
        return new CursorKeeper(store, room, begin);
    }

    /// <summary>A message is about to be handled; they begin in the order of the room.</summary>
    /// <exception cref="Exception">The store has failed to save a cursor before.</exception>
    public Handling Begin(ChatCursor cursor)
    {
        lock (_gate)
        {
            if (_saving.IsFaulted)
                _saving.GetAwaiter().GetResult();
            var one = new Handling(cursor);
            _underWay.Enqueue(one);
            return one;
        }
    }

    /// <summary>The message is handled.</summary>
    public void Done(Handling one)
    {
        lock (_gate)
        {
            one.IsDone = true;
            while (_underWay.TryPeek(out var first) && first.IsDone)
                _handled = _underWay.Dequeue().Cursor;
            if (_isSaving || _saved == _handled || _saving.IsFaulted)
                return;
            _isSaving = true;
            _saving = Task.Run(SaveAsync);
        }
    }

    /// <summary>Saves what is handled and not saved yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _saving.ConfigureAwait(false);
        _disposing.Dispose();
    }

    private async Task SaveAsync()
    {
        while (true)
        {
            ChatCursor next;
            lock (_gate)
            {
                next = _handled;
                _isSaving = next != _saved;
                if (!_isSaving)
                    return;
            }
            await _store.SaveAsync(_room, next, CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
                _saved = next;
            if (!_disposing.IsCancellationRequested)
                await Task.Delay(Pause, _disposing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A message that is handled.</summary>
    /// <param name="cursor">The place behind it.</param>
    internal sealed class Handling(ChatCursor cursor)
    {
        public ChatCursor Cursor => cursor;

        public bool IsDone { get; set; }
    }
}
