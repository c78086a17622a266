using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Tests;

/// <summary>A log's database with its index and without a server: the index follows when the test says so.</summary>
internal sealed class SearchedLog : IDisposable
{
    public const ulong Begin = 1_700_000_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<ulong, ulong> _heads = [];
    private LogWriter _writer;

    public SearchedLog(SearchBounds? bounds = null)
    {
        Bounds = bounds ?? new SearchBounds(20_000, TimeSpan.FromSeconds(30));
        _writer = Open();
        Indexer = new SearchIndexer(Path, exchange => exchange());
    }

    public string Path => _folder.File("chat.db");

    public string IndexPath => SearchFile.PathFor(Path);

    public SearchBounds Bounds { get; set; }

    public SearchIndexer Indexer { get; private set; }

    /// <summary>The time of the next entry.</summary>
    public ulong Time { get; set; } = Begin;

    public void Dispose()
    {
        Indexer.Dispose();
        _writer.Dispose();
        _folder.Dispose();
    }

    /// <summary>Stores texts in one commit, as a segment of a room.</summary>
    public void Say(ulong room, params string[] texts) => SayAs("ann", room, texts);

    public void SayAs(string name, ulong room, params string[] texts)
    {
        var batch = new LogBatch();
        if (_heads.TryAdd(room, 0))
            batch.Rooms.Add(new RoomRecord(room, RoomKind.Public, $"room {room}", 1, 1, 100, 0));
        var author = new Principal(100, new UserName(name), new byte[32], Role.Guest);
        var open = new OpenSegment(room);
        foreach (var text in texts)
            open.Add(++_heads[room], Time++, author, text, null, batch.Segments);
        batch.Segments.Add(open.Seal());
        _writer.Write(batch);
    }

    public void Erase(ulong room, params ulong[] seqs) => Write([.. seqs.Select(seq => new Erasure(room, seq))]);

    /// <summary>Removes a room's entries up to a seq, by whole segments.</summary>
    public void Expire(ulong room, ulong through)
    {
        for (var more = true; more;)
        {
            var expiry = new Expiry(room, through);
            Write(expiry);
            more = expiry.HasMore;
        }
    }

    public void Remove(ulong room)
    {
        for (var more = true; more;)
        {
            var removal = new LogChange.RemoveRoom(room);
            Write(removal);
            more = removal.HasMore;
        }
        _heads.Remove(room);
    }

    public void Write(params LogChange[] changes)
    {
        var batch = new LogBatch();
        batch.Changes.AddRange(changes);
        _writer.Write(batch);
    }

    /// <summary>The index follows up to the end.</summary>
    public void Index()
    {
        while (Indexer.Work())
        {
        }
    }

    /// <summary>A restart of the server.</summary>
    public void Restart(Action? meanwhile = null)
    {
        Indexer.Dispose();
        _writer.Dispose();
        meanwhile?.Invoke();
        _writer = Open();
        Indexer = new SearchIndexer(Path, exchange => exchange());
    }

    public SearchResult Find(string query, Func<EntrySearch, EntrySearch>? with = null)
    {
        using var reader = SearchReader.Open(Path, Bounds);
        var search = new EntrySearch(SearchQuery.Parse(query)!, 100, 1000);
        return reader.Find(with?.Invoke(search) ?? search);
    }

    public List<string> Texts(string query, Func<EntrySearch, EntrySearch>? with = null) =>
        [.. Find(query, with).Entries.Select(found => found.Segment.EntryAt(0).ToMessage()!.Text.ToString())];

    /// <summary>The entries that the index alone has for a token, without a look at the log.</summary>
    public List<long> Candidates(string token)
    {
        using var connection = DatabaseConnection.Open(IndexPath, SqliteOpenMode.ReadOnly);
        using var statement = connection.Prepare("SELECT rowid FROM token WHERE token MATCH $token ORDER BY rowid");
        using var rows = statement.Read($"\"{token}\"");
        var found = new List<long>();
        while (rows.Read())
            found.Add(rows.GetInt64(0));
        return found;
    }

    public long Ask(string sql, bool ofIndex = false)
    {
        using var connection = DatabaseConnection.Open(ofIndex ? IndexPath : Path, SqliteOpenMode.ReadOnly);
        return (long)connection.Ask(sql)!;
    }

    /// <summary>Whether a file of the index, or of the log, has these bytes anywhere.</summary>
    public bool Holds(string word) => Directory.EnumerateFiles(_folder.Path).Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(word)) >= 0);

    private LogWriter Open()
    {
        var writer = DatabaseOpener.Open(Path, hasSearch: true).Writer;
        writer.Load();
        return writer;
    }
}
