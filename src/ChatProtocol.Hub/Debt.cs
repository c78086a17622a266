namespace ChatProtocol.Hub;

/// <summary>What is owed once a batch is stored, or if it is lost.</summary>
/// <param name="Stored">It is durable.</param>
/// <param name="Lost">
/// Nothing of it was stored, and what was done is taken back; of several debts the latest first, as each was made on top of
/// those before it.
/// </param>
internal sealed record Debt(Action Stored, Action Lost)
{
    /// <summary>What it is owed for; null if that is an entry.</summary>
    public LogChange? For { get; init; }

    /// <summary>
    /// The room of <see cref="For"/> was removed before the batch was handed over; null if that cannot be or brings nothing
    /// about.
    /// </summary>
    public Action? RoomRemoved { get; init; }

    /// <summary>Whether somebody waits for it; the hub's own can as well be stored a little later.</summary>
    public bool IsAwaited { get; init; } = true;
}
