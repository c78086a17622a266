using System.Globalization;

namespace ChatProtocol;

/// <summary>
/// A server's limits, sent in <see cref="Welcome"/>. The properties' names in kebab case are the names on the wire;
/// floors and ceilings stand in <c>spec/registry/limits.json</c> (CP-LIM-001).
/// </summary>
public sealed record Limits
{
    /// <summary>The largest integer on the wire: all integers up to it are exact in a double (CP-ENC-004).</summary>
    public const ulong MaxInteger = (1UL << 53) - 1;

    /// <summary>The longest payload before login, in bytes, on every server.</summary>
    public const int FrameBeforeLogin = 4096;

    /// <summary>Bytes that a frame may need beside the text in it.</summary>
    private const int FrameWithoutText = 256;

    /// <summary>The limits of a server by default.</summary>
    public static Limits Default { get; } = new();

    /// <summary>The longest payload of a frame in either direction, in bytes; a longer one closes the connection. 131,072 by default.</summary>
    public int Frame { get; init; } = 131_072;

    /// <summary>The longest text of a post, in bytes of UTF-8; a longer one is refused. 65,536 by default.</summary>
    public int Text { get; init; } = 65_536;

    /// <summary>Requests that may wait for their reply; at the limit the server stops reading. 1,024 by default.</summary>
    public int InFlight { get; init; } = 1024;

    /// <summary>The most entries of one page of history. 1,000 by default.</summary>
    public int Page { get; init; } = 1000;

    /// <summary>Rooms one session may have joined at once. 1,000 by default.</summary>
    public int JoinedRooms { get; init; } = 1000;

    /// <summary>Rooms one principal may have created. 1,000 by default.</summary>
    public int CreatedRooms { get; init; } = 1000;

    /// <summary>How long a connection may take until it is logged in, in milliseconds. 10,000 by default.</summary>
    public int HelloTimeout { get; init; } = 10_000;

    /// <summary>Silence after which the server pings, in milliseconds. 30,000 by default.</summary>
    public int PingAfter { get; init; } = 30_000;

    /// <summary>Silence after which the server closes the connection as dead, in milliseconds. 90,000 by default.</summary>
    public int DeadAfter { get; init; } = 90_000;

    /// <summary>How long a peer may take none of the bytes sent to it, in milliseconds. 900,000 by default.</summary>
    public int StallAfter { get; init; } = 900_000;

    /// <summary>
    /// The sustained rate of a principal's posts, in posts a second; posts above it are delayed. 0, the default, for no limit
    /// (CP-LIM-005).
    /// </summary>
    public int PostRate { get; init; }

    /// <summary>How many posts of a principal go at once after a pause. 0 if <see cref="PostRate"/> is 0.</summary>
    public int PostBurst { get; init; }

    /// <summary>The sustained rate of a principal's text, in bytes a second. 0, the default, for no limit.</summary>
    public int PostBytes { get; init; }

    private static readonly Row[] OnTheWire =
    [
        new("frame", 8192, 16_777_215, l => l.Frame, (l, v) => l with { Frame = v }),
        new("text", 1024, 16_776_960, l => l.Text, (l, v) => l with { Text = v }),
        new("in-flight", 16, 65_536, l => l.InFlight, (l, v) => l with { InFlight = v }),
        new("page", 100, 100_000, l => l.Page, (l, v) => l with { Page = v }),
        new("joined-rooms", 16, 1_000_000, l => l.JoinedRooms, (l, v) => l with { JoinedRooms = v }),
        new("created-rooms", 1, 1_000_000, l => l.CreatedRooms, (l, v) => l with { CreatedRooms = v }),
        new("hello-timeout", 1000, 600_000, l => l.HelloTimeout, (l, v) => l with { HelloTimeout = v }),
        new("ping-after", 1000, 3_600_000, l => l.PingAfter, (l, v) => l with { PingAfter = v }),
        new("dead-after", 2000, 10_800_000, l => l.DeadAfter, (l, v) => l with { DeadAfter = v }),
        new("stall-after", 10_000, 86_400_000, l => l.StallAfter, (l, v) => l with { StallAfter = v }),
        new("post-rate", 0, 1_000_000, l => l.PostRate, (l, v) => l with { PostRate = v }),
        new("post-burst", 0, 1_000_000_000, l => l.PostBurst, (l, v) => l with { PostBurst = v }),
        new("post-bytes", 0, int.MaxValue, l => l.PostBytes, (l, v) => l with { PostBytes = v }),
    ];

    /// <summary>The lowest and the highest value that a server may send for a limit (CP-LIM-004); null if the name is unknown.</summary>
    public static (int Floor, int Ceiling)? RangeOf(string name) =>
        Array.Find(OnTheWire, l => l.Name == name) is { } known ? (known.Floor, known.Ceiling) : null;

    /// <summary>The limits by their names on the wire, in the registry's order.</summary>
    public IEnumerable<KeyValuePair<string, int>> ByName() => OnTheWire.Select(l => KeyValuePair.Create(l.Name, l.Get(this)));

    /// <summary>The same limits with one of them changed; unchanged if the name is unknown, since a newer server may send more limits.</summary>
    public Limits With(string name, int value)
    {
        var known = Array.Find(OnTheWire, l => l.Name == name);
        return known is null ? this : known.With(this, value);
    }

    /// <summary>The faults of these limits (CP-LIM-004), by the limits' names; empty if a server may send them.</summary>
    public IEnumerable<KeyValuePair<string, string>> Faults()
    {
        foreach (var limit in OnTheWire)
            if (limit.Get(this) < limit.Floor || limit.Get(this) > limit.Ceiling)
                yield return KeyValuePair.Create(limit.Name, string.Create(CultureInfo.InvariantCulture, $"{limit.Name} is {limit.Get(this)}: it has to be from {limit.Floor} to {limit.Ceiling}"));
        if (Text > Frame - FrameWithoutText)
            yield return KeyValuePair.Create("text", string.Create(CultureInfo.InvariantCulture, $"text is {Text}: it has to be at least {FrameWithoutText} less than frame, which is {Frame}"));
        if (DeadAfter <= PingAfter)
            yield return KeyValuePair.Create("dead-after", string.Create(CultureInfo.InvariantCulture, $"dead-after is {DeadAfter}: it has to be more than ping-after, which is {PingAfter}"));
    }

    private sealed record Row(string Name, int Floor, int Ceiling, Func<Limits, int> Get, Func<Limits, int, Limits> With);
}
