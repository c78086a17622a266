namespace ChatProtocol.Hub;

/// <summary>
/// Bounds for guests: one set for near connections (the same machine), one for all others. Bounds by address hold for an address
/// whatever its names, bounds by principal for a principal whatever its connections. Immutable.
/// </summary>
public sealed record GuestBounds
{
    /// <summary>The bounds for the same machine: wide enough for any benchmark.</summary>
    public static GuestBounds Near { get; } = new()
    {
        Connections = int.MaxValue,
        Pending = int.MaxValue,
        Silent = 256,
        Logins = Rate.Unlimited,
        Principals = Rate.Unlimited,
        Passwords = new Rate(10, 100),
        AccountPasswords = new Rate(1, 20),
        Rooms = new Rate(500, 50_000),
        Renames = new Rate(10, 100),
        Correspondents = new Rate(100, 10_000),
        Blocks = new Rate(100, 1000),
        RoomChanges = new Rate(100, 1000),
        Reports = new Rate(10, 100),
        Amendments = Rate.Unlimited,
        Posts = Rate.Unlimited,
        PostBytes = Rate.Unlimited,
        AddressPosts = Rate.Unlimited,
        AddressPostBytes = Rate.Unlimited,
    };

    /// <summary>The bounds for everybody else: a classroom behind one address is served, a flood is not.</summary>
    public static GuestBounds Far { get; } = new();

    /// <summary>Connections of an address at once. 128 by default.</summary>
    public int Connections { get; init; } = 128;

    /// <summary>Connections of an address that are not logged in yet. 64 by default.</summary>
    public int Pending { get; init; } = 64;

    /// <summary>
    /// Connections of an address that send nothing where silence alone shows which protocol they speak. 64 by default.
    /// </summary>
    public int Silent { get; init; } = 64;

    /// <summary>Logins of an address. 10 a second by default, 400 at once.</summary>
    public Rate Logins { get; init; } = new(10, 400);

    /// <summary>New principals of an address, those without a key not counted. 60 an hour by default, 100 at once.</summary>
    public Rate Principals { get; init; } = Rate.PerHour(60, 100);

    /// <summary>
    /// Wrong passwords, tokens and invitations of an address; while one is checked it counts as wrong. One in five seconds by default, 40 at
    /// once.
    /// </summary>
    public Rate Passwords { get; init; } = new(0.2, 40);

    /// <summary>Wrong passwords of an address for one name. Two a minute by default, 10 at once.</summary>
    public Rate AccountPasswords { get; init; } = new(2.0 / 60, 10);

    /// <summary>New public rooms of an address. 10 an hour by default, 10 at once.</summary>
    public Rate Rooms { get; init; } = Rate.PerHour(10, 10);

    /// <summary>Renames of a principal. One in six seconds by default, 5 at once.</summary>
    public Rate Renames { get; init; } = new(1.0 / 6, 5);

    /// <summary>Principals that a principal writes to in private for the first time. 60 an hour by default, 20 at once.</summary>
    public Rate Correspondents { get; init; } = Rate.PerHour(60, 20);

    /// <summary>Blocks and unblocks of a principal. One a second by default, 50 at once.</summary>
    public Rate Blocks { get; init; } = new(1, 50);

    /// <summary>Changes of a principal to the settings of rooms, and to roles and restrictions there. One a second by default, 50 at once.</summary>
    public Rate RoomChanges { get; init; } = new(1, 50);

    /// <summary>Reports of a principal. 20 an hour by default, 10 at once.</summary>
    public Rate Reports { get; init; } = Rate.PerHour(20, 10);

    /// <summary>Edits, reactions, pins and what is taken back by a principal. 5 a second by default, 100 at once.</summary>
    public Rate Amendments { get; init; } = new(5, 100);

    /// <summary>Posts of a principal; faster posts wait. 5 a second by default, 50 at once.</summary>
    public Rate Posts { get; init; } = new(5, 50);

    /// <summary>Bytes of the texts that a principal posts; faster posts wait. 256 KiB a second by default, 1 MiB at once.</summary>
    public Rate PostBytes { get; init; } = new(256 * 1024, 1024 * 1024);

    /// <summary>Posts of an address, whatever its principals; faster posts wait. 100 a second by default, 2,000 at once.</summary>
    public Rate AddressPosts { get; init; } = new(100, 2000);

    /// <summary>Bytes of the texts that an address posts; faster posts wait. 2 MiB a second by default, 8 MiB at once.</summary>
    public Rate AddressPostBytes { get; init; } = new(2 * 1024 * 1024, 8 * 1024 * 1024);
}
