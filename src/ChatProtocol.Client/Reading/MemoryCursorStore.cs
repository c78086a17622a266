using System.Collections.Concurrent;

namespace ChatProtocol.Client;

/// <summary>Keeps cursors for as long as the object lives: for tests, and for a program that only outlives its clients. Thread-safe.</summary>
public sealed class MemoryCursorStore : ICursorStore
{
    private readonly ConcurrentDictionary<string, ChatCursor> _cursors = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The cursors by room.</summary>
    public IReadOnlyDictionary<string, ChatCursor> Cursors => _cursors;

    /// <inheritdoc/>
    public ValueTask<ChatCursor?> LoadAsync(string room, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_cursors.TryGetValue(room, out var cursor) ? cursor : default(ChatCursor?));

    /// <inheritdoc/>
    public ValueTask SaveAsync(string room, ChatCursor cursor, CancellationToken cancellationToken = default)
    {
        _cursors[room] = cursor;
        return ValueTask.CompletedTask;
    }
}
