namespace ChatProtocol.Client;

/// <summary>A ban. Immutable.</summary>
public sealed record ChatBan
{
    /// <summary>The ban's number; null for a dry run.</summary>
    public ulong? Id { get; init; }

    /// <summary>The name that the user had then, or the address or prefix.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The user that it was made for; null for an address, also in the place of a user without a key.</summary>
    public ulong? Principal { get; init; }

    /// <summary>When it ends, by the server's clock; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The reason told to those that it hits; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The name of the admin that made it.</summary>
    public string By { get; init; } = "";

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset Made { get; init; }

    internal static ChatBan Of(BanListItem ban) => new()
    {
        Id = ban.Ban == 0 ? null : ban.Ban,
        Subject = ban.Subject,
        Principal = ban.Principal == 0 ? null : ban.Principal,
        Until = WireTimes.TimeOrNone(ban.Until),
        Reason = ban.Reason,
        By = ban.By,
        Made = WireTimes.Time(ban.Made),
    };
}

/// <summary>The result of a ban, or of its dry run. Immutable.</summary>
public sealed record BanResult
{
    internal BanResult(ChatBan ban, ulong hit) => (Ban, Hit) = (ban, hit);

    /// <summary>The ban.</summary>
    public ChatBan Ban { get; }

    /// <summary>How many sessions it has ended, or would end.</summary>
    public ulong Hit { get; }
}
