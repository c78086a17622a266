namespace ChatProtocol.Client;

/// <summary>
/// Keeps how far a program has come in each room, so that it goes on there after a restart. <see cref="FileCursorStore"/> and
/// <see cref="MemoryCursorStore"/> are two; a program that keeps what it makes of messages in a database stores the cursor there, in the same
/// transaction. A store belongs to one server and one program. It is called from several rooms at once.
/// </summary>
public interface ICursorStore
{
    /// <summary>The cursor of a room; null if none was saved.</summary>
    /// <param name="room">The room's address, as <see cref="ChatRoom.Address"/> has it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<ChatCursor?> LoadAsync(string room, CancellationToken cancellationToken = default);

    /// <summary>Saves the cursor of a room in place of the one before.</summary>
    /// <param name="room">The room's address, as <see cref="ChatRoom.Address"/> has it.</param>
    /// <param name="cursor">The place up to which everything is handled.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask SaveAsync(string room, ChatCursor cursor, CancellationToken cancellationToken = default);
}
