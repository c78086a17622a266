using System.Text;

namespace ChatProtocol.Hub;

/// <summary>Somebody, whatever the name: the same name and key are the same principal (CP-SES-008).</summary>
internal sealed class Principal
{
    // Null while it talks to nobody in private.
    private IdMap<Room>? _privateRooms;
    private Usage? _usage;

    public Principal(ulong id, string name, ReadOnlyMemory<byte> keyHash, Role role)
    {
        Id = id;
        KeyHash = keyHash;
        Role = role;
        Rename(name);
    }

    public ulong Id { get; }

    public Role Role { get; }

    public string Name { get; private set; } = "";

    public string CanonicalName { get; private set; } = "";

    public byte[] NameUtf8 { get; private set; } = [];

    /// <summary>What the name looks like, for as long as no other may look like it; null otherwise.</summary>
    public NameForms? Forms { get; set; }

    /// <summary>Empty for a plain text client, who cannot come back as the same.</summary>
    public ReadOnlyMemory<byte> KeyHash { get; }

    /// <summary>Where its last entries lie.</summary>
    public EntryMarks Entries { get; init; } = EntryMarks.None();

    public List<Session> Sessions { get; } = [];

    /// <summary>What it has used of its bounds.</summary>
    public Usage Usage => _usage ??= new Usage();

    /// <summary>It comes and goes; the others are the server's own, and are there as long as it is.</summary>
    public bool IsGuest => Role == Role.Guest;

    public bool HasNoKey => IsGuest && KeyHash.IsEmpty;

    /// <summary>The batch that its first login waits for; null before and, once the log knows it, after.</summary>
    public LogBatch? StoredBy { get; set; }

    /// <summary>Whether the log knows it.</summary>
    public bool IsStored { get; set; }

    /// <summary>
    /// A text client that nothing refers to but its entries, which have its name: there for as long as it is connected, and
    /// not stored.
    /// </summary>
    public bool IsTransient => HasNoKey && !IsStored;

    /// <summary>It has a new name that its rooms do not know of yet.</summary>
    public bool IsRenamed { get; set; }

    /// <summary>Its rooms are being told of a new name.</summary>
    public bool IsRenameTold { get; set; }

    /// <summary>It has a name that not all its sessions were told of yet.</summary>
    public bool IsNameNew { get; set; }

    /// <summary>Its sessions are being told of its name.</summary>
    public bool IsNameTold { get; set; }

    /// <summary>When the last session ended; meaningless while there is one.</summary>
    public long LastSeen { get; set; }

    /// <summary>The private rooms of its own that somebody is in or has spoken in.</summary>
    public IdMap<Room> PrivateRooms => _privateRooms ??= new IdMap<Room>();

    /// <summary>When it first posted; 0 if it never has.</summary>
    public long FirstEntry => Entries.First;

    /// <summary>Rooms it has created that still exist.</summary>
    public int CreatedRooms { get; set; }

    public bool IsPresent => Sessions.Count > 0;

    public void Rename(string name)
    {
        Name = name;
        CanonicalName = ChatProtocol.CanonicalName.Of(name);
        NameUtf8 = Encoding.UTF8.GetBytes(name);
    }

    public PrincipalRecord ToRecord(bool holdsName = true) => new(Id, Name, KeyHash, LastSeen, holdsName)
    {
        Entries = Entries.ToBytes(areFinal: !IsPresent),
        FirstEntry = Entries.First,
    };
}

/// <summary>What a principal is on this server.</summary>
internal enum Role
{
    Guest,
    Admin,

    /// <summary>The server's own voice.</summary>
    Server,
}
