namespace ChatProtocol.Client;

/// <summary>A ban. Immutable.</summary>
public sealed record ChatBan
{
    /// <summary>Its number; null for one that was only tried.</summary>
    public ulong? Id { get; init; }

    /// <summary>The name that the user had then, or the address or prefix.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The user it was made for; null where it is an address, also in the place of a user who has no key.</summary>
    public ulong? Principal { get; init; }

    /// <summary>When it ends, by the server's clock; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The reason that those it hits are told; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The name of the admin who made it.</summary>
    public string By { get; init; } = "";

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset Made { get; init; }

    internal static ChatBan Of(BanListItem ban) => new()
    {
        Id = ban.Ban == 0 ? null : ban.Ban,
        Subject = ban.Subject,
        Principal = ban.Principal == 0 ? null : ban.Principal,
        Until = WireValues.TimeOrNone(ban.Until),
        Reason = ban.Reason,
        By = ban.By,
        Made = WireValues.Time(ban.Made),
    };
}

/// <summary>A ban that was made, or tried. Immutable.</summary>
public sealed record BanResult
{
    internal BanResult(ChatBan ban, ulong hit) => (Ban, Hit) = (ban, hit);

    /// <summary>The ban.</summary>
    public ChatBan Ban { get; }

    /// <summary>How many sessions it has ended, or would.</summary>
    public ulong Hit { get; }
}
