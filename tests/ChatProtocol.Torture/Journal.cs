using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace ChatProtocol.Torture;

/// <summary>A post, identified by its writer and its number among the writer's posts; the text begins with both.</summary>
internal readonly record struct Op(int Writer, int Number)
{
    public static bool TryParse(string text, out Op op)
    {
        var parts = text.Split(' ', 2)[0].Split('.');
        var isOne = parts.Length == 2
            & int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var writer)
            & int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        op = new Op(writer, number);
        return isOne;
    }

    /// <summary>A text for the post, usually a short one.</summary>
    public Text Say(Random random) =>
        new($"{this} {new string((char)random.Next('a', 'z' + 1), random.Next(50) == 0 ? random.Next(5000) : random.Next(100))}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Writer}.{Number}");
}

/// <summary>An event at a client. The era is the number of restores from a backup before it.</summary>
internal abstract record JournalEntry(int Era);

/// <summary>A post was passed to the SDK, for the first time or again.</summary>
internal sealed record Invoked(int Era, Op Op, ulong Room, ulong Hash) : JournalEntry(Era);

/// <summary>A post was acknowledged.</summary>
internal sealed record Acked(int Era, Op Op, ulong Room, ulong Epoch, ulong? Seq, ulong? Time) : JournalEntry(Era);

/// <summary>The outcome of a post is unknown: it will be repeated.</summary>
internal sealed record Unknown(int Era, Op Op) : JournalEntry(Era);

/// <summary>A client received the state of a room.</summary>
internal sealed record Entered(int Era, string Who, ulong Room, ulong Epoch, ulong First, ulong Head) : JournalEntry(Era);

/// <summary>A client joined a room from behind a seq.</summary>
internal sealed record Joined(int Era, string Who, ulong Room, ulong After) : JournalEntry(Era);

/// <summary>A client received an entry of a room.</summary>
internal sealed record Delivered(int Era, string Who, ulong Room, ulong Seq, Op Op, ulong Hash, ulong Time) : JournalEntry(Era);

/// <summary>The server refused a request that it should have granted.</summary>
internal sealed record Refused(int Era, string Who, string What) : JournalEntry(Era);

/// <summary>The server broke the protocol, did not start, ended by itself, or left a client waiting.</summary>
internal sealed record Broke(int Era, string Who, string What) : JournalEntry(Era);

/// <summary>The server was started, and ended in the given way.</summary>
internal sealed record Cycle(int Era, int Number, string End) : JournalEntry(Era);

/// <summary>All events, in the order in which they were recorded. Thread-safe.</summary>
internal sealed class Journal
{
    private readonly Lock _lock = new();
    private readonly List<JournalEntry> _entries = [];
    private readonly HashSet<(int Era, ulong Room)> _rooms = [];

    /// <summary>Whether an event is a fault by itself, without the checker: then no further cycle is needed.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>Whether the fault is so severe that the run cannot go on.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The number of rooms that had entries when a client entered them in the era.</summary>
    public int RoomsIn(int era)
    {
        lock (_lock)
            return _rooms.Count(room => room.Era == era);
    }

    public void Add(JournalEntry entry)
    {
        lock (_lock)
        {
            _entries.Add(entry);
            IsBroken |= entry is Broke;
            IsWrong |= entry is Refused or Broke;
            if (entry is Entered { Head: > 0 } entered)
                _rooms.Add((entered.Era, entered.Room));
        }
    }

    public IReadOnlyList<JournalEntry> ToList()
    {
        lock (_lock)
            return [.. _entries];
    }

    public static ulong Hash(Text text) => BitConverter.ToUInt64(SHA256.HashData(text.Utf8.Span));

    /// <summary>Writes one line for each entry: its kind and its fields.</summary>
    public async Task SaveAsync(string path)
    {
        await using var file = new StreamWriter(path);
        foreach (var entry in ToList())
            await file.WriteLineAsync($"{entry.GetType().Name} {JsonSerializer.Serialize(entry, entry.GetType())}");
    }
}
