using System.Globalization;
using ChatProtocol.Hub;

namespace ChatProtocol.Tools;

/// <summary>
/// Every limit that <c>--limit</c> sets, one row each: those of an address or a user, for strangers and for near clients, and those that
/// every client is told.
/// </summary>
internal static class LimitDefinitions
{
    private const string Near = "near:", Welcome = "welcome:";

    /// <summary>The limits of an address or a user, for strangers and for near clients, and those that every client is told.</summary>
    public static IReadOnlyList<LimitDefinition> All { get; } =
    [
        .. BothOf("connections", "connections of an address", ValueFormats.CountOrNone, b => b.Connections, (b, v) => b with { Connections = v }),
        .. BothOf("pending", "connections of an address that are not logged in yet", ValueFormats.CountOrNone, b => b.Pending, (b, v) => b with { Pending = v }),
        .. BothOf("silent", "text clients of an address that only listen", ValueFormats.CountOrNone, b => b.Silent, (b, v) => b with { Silent = v }),
        .. BothOf("logins", "logins of an address", ValueFormats.Rate, b => b.Logins, (b, v) => b with { Logins = v }),
        .. BothOf("principals", "new names of an address", ValueFormats.Rate, b => b.Principals, (b, v) => b with { Principals = v }),
        .. BothOf("passwords", "wrong passwords, tokens and invitations of an address", ValueFormats.Rate, b => b.Passwords, (b, v) => b with { Passwords = v }),
        .. BothOf("account-passwords", "wrong passwords of an address for one name", ValueFormats.Rate, b => b.AccountPasswords, (b, v) => b with { AccountPasswords = v }),
        .. BothOf("rooms", "new rooms of an address", ValueFormats.Rate, b => b.Rooms, (b, v) => b with { Rooms = v }),
        .. BothOf("renames", "changes of name of a user", ValueFormats.Rate, b => b.Renames, (b, v) => b with { Renames = v }),
        .. BothOf("correspondents", "people that a user writes to for the first time", ValueFormats.Rate, b => b.Correspondents, (b, v) => b with { Correspondents = v }),
        .. BothOf("blocks", "blocks that a user sets or takes back", ValueFormats.Rate, b => b.Blocks, (b, v) => b with { Blocks = v }),
        .. BothOf("amendments", "edits, reactions and pins of a user", ValueFormats.Rate, b => b.Amendments, (b, v) => b with { Amendments = v }),
        .. BothOf("room-changes", "changes of a user to the settings of rooms, and to roles there", ValueFormats.Rate, b => b.RoomChanges, (b, v) => b with { RoomChanges = v }),
        .. BothOf("reports", "reports of a user to the moderators", ValueFormats.Rate, b => b.Reports, (b, v) => b with { Reports = v }),
        .. BothOf("posts", "posts of a user; faster ones wait", ValueFormats.Rate, b => b.Posts, (b, v) => b with { Posts = v }),
        .. BothOf("post-bytes", "bytes of the texts that a user posts; faster posts wait", ValueFormats.ByteRate, b => b.PostBytes, (b, v) => b with { PostBytes = v }),
        .. BothOf("address-posts", "posts of an address; faster ones wait", ValueFormats.Rate, b => b.AddressPosts, (b, v) => b with { AddressPosts = v }),
        .. BothOf("address-post-bytes", "bytes of the texts that an address posts; faster posts wait", ValueFormats.ByteRate, b => b.AddressPostBytes, (b, v) => b with { AddressPostBytes = v }),
        OfWelcome("frame", "bytes of a frame"),
        OfWelcome("text", "bytes of a post's text; at least 256 less than frame"),
        OfWelcome("in-flight", "requests of a session that wait for their replies"),
        OfWelcome("page", "entries of a page of history"),
        OfWelcome("joined-rooms", "rooms that a session may have joined"),
        OfWelcome("created-rooms", "rooms that a user may have created"),
        OfWelcome("hello-timeout", "milliseconds from the connection to the login"),
        OfWelcome("ping-after", "milliseconds of silence until the server pings"),
        OfWelcome("dead-after", "milliseconds of silence until the server closes the connection as dead; more than ping-after"),
        OfWelcome("stall-after", "milliseconds for which a peer may take none of the bytes sent to it"),
    ];

    /// <summary>The names of all limits, for an error message.</summary>
    public static string InWords(IReadOnlyList<LimitDefinition> rows)
    {
        var plain = rows.Select(row => row.Name).Where(name => !name.Contains(':', StringComparison.Ordinal));
        var told = rows.Select(row => row.Name).Where(name => name.StartsWith(Welcome, StringComparison.Ordinal));
        return $"there are {string.Join(", ", plain)}, each with {Near} before it for the same machine; and {string.Join(", ", told)}";
    }

    private static LimitDefinition[] BothOf<T>(string name, string help, ValueFormat<T> format, Func<GuestBounds, T> get, Func<GuestBounds, T, GuestBounds> set) =>
    [
        new(name, help,
            (s, text) => s with { Server = s.Server with { Far = set(s.Server.Far, format.Parse(text)) } },
            s => format.Show(get(s.Server.Far))),
        new(Near + name, $"{help}, on the same machine",
            (s, text) => s with { Server = s.Server with { Near = set(s.Server.Near, format.Parse(text)) } },
            s => format.Show(get(s.Server.Near))),
    ];

    /// <summary>A limit that every client is told, within the protocol's range (CP-LIM-004).</summary>
    private static LimitDefinition OfWelcome(string name, string help)
    {
        var (floor, ceiling) = Limits.RangeOf(name) ?? throw new ArgumentException($"there is no limit {name}", nameof(name));
        var format = ValueFormats.Count(floor, ceiling);
        return new(Welcome + name, $"{help}; every client is told",
            (s, text) => s with { Server = s.Server with { Limits = s.Server.Limits.With(name, format.Parse(text)) } },
            s => s.Server.Limits.ByName().Single(limit => limit.Key == name).Value.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>
/// A limit that <c>--limit</c> sets: for strangers, with <c>near:</c> before its name for clients on the same machine, and
/// with <c>welcome:</c> a limit that every client is told (spec, 12). Immutable.
/// </summary>
/// <param name="Name">The name with its prefix.</param>
/// <param name="Help">The thing that it bounds, in words.</param>
/// <param name="Apply">Parses a value and returns the settings with it; throws a <see cref="FormatException"/> that says which values are valid.</param>
/// <param name="Show">Writes the value in the form that <paramref name="Apply"/> reads.</param>
internal sealed record LimitDefinition(string Name, string Help, Func<ChatdOptions, string, ChatdOptions> Apply, Func<ChatdOptions, string> Show);
