namespace ChatProtocol.Client;

/// <summary>The extent of a purge (<see cref="ChatAdmin.PurgeAsync"/>). Immutable.</summary>
public sealed record PurgeResult
{
    /// <summary>How many messages lost their texts, or would lose them.</summary>
    public ulong Messages { get; init; }

    /// <summary>In how many rooms.</summary>
    public ulong Rooms { get; init; }

    internal static PurgeResult Of(Purged purged) => new() { Messages = purged.Entries, Rooms = purged.Rooms };
}
