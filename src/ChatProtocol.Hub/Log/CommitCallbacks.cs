namespace ChatProtocol.Hub;

/// <summary>The callbacks for the end of a commit: the batch is durable, or it is lost.</summary>
/// <param name="Stored">Called when the batch is durable.</param>
/// <param name="Lost">
/// Called when nothing of the batch was stored, to take the change back; the latest of several first, as each was made on
/// top of those before it.
/// </param>
internal sealed record CommitCallbacks(Action Stored, Action Lost)
{
    /// <summary>The change that the callbacks are for; null if that is an entry.</summary>
    public LogChange? For { get; init; }

    /// <summary>
    /// Called when the room of <see cref="For"/> was removed before the batch was handed over; null if that cannot be or needs no
    /// action.
    /// </summary>
    public Action? RoomRemoved { get; init; }

    /// <summary>Whether somebody waits for the batch; the hub's own records can as well be stored a little later.</summary>
    public bool IsAwaited { get; init; } = true;
}
