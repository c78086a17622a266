using System.Diagnostics;
using System.Globalization;
using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Benchmarks;

/// <summary>What an index of searches costs at so many messages, and how long searches of several kinds take.</summary>
internal static class SearchMeasurement
{
    private const int Rooms = 1000;
    private const int Authors = 5000;
    private const int PerSegment = 4;
    private const int PerCommit = 5000;
    private const int Queries = 200;
    private const int Wanted = 20;

    private static readonly ulong Begin = (ulong)new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static void Run(int messages)
    {
        var folder = Directory.CreateTempSubdirectory("chatd-search-").FullName;
        try
        {
            var database = Path.Combine(folder, "chat.db");
            var watch = Stopwatch.StartNew();
            Fill(database, messages);
            Say($"{messages} messages, {new FileInfo(database).Length >> 20} MB, made in {watch.Elapsed.TotalSeconds:0} s");
            Index(database, messages);
            Search(database, messages);
            Erase(database, messages);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Index(string database, int messages)
    {
        var watch = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        using (var indexer = new SearchIndexer(database, exchange => exchange()))
        {
            while (indexer.Work())
            {
            }
            indexer.ForgetErased();
        }
        var bytes = new FileInfo(SearchFile.PathFor(database)).Length;
        Say($"indexed in {watch.Elapsed.TotalSeconds:0.0} s ({(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} of a processor), {messages / watch.Elapsed.TotalSeconds:0} a second; {bytes >> 20} MB, {bytes / messages} bytes a message");
    }

    private static void Search(string database, int messages)
    {
        using var reader = SearchReader.Open(database, new SearchBounds(20_000, TimeSpan.FromMilliseconds(200)));
        var random = new Random(11);
        var time = TimeOf(messages);
        (string Name, Func<string> Query, Func<EntrySearch, EntrySearch> With)[] kinds =
        [
            ("1 character, common", () => SearchCorpus.Chinese(random.Next(60))[..1], all => all),
            ("1 character, rare", () => SearchCorpus.Chinese(5000 + random.Next(5000))[..1], all => all),
            ("2 characters, common", () => SearchCorpus.Chinese(random.Next(100)), all => all),
            ("2 characters, rare", () => SearchCorpus.Chinese(5000 + random.Next(20_000)), all => all),
            ("4 characters", () => SearchCorpus.Chinese(random.Next(100)) + SearchCorpus.Chinese(random.Next(300)), all => all),
            ("English, common", () => $"\"{SearchCorpus.Western(random.Next(50))}\"", all => all),
            ("English, rare", () => $"\"{SearchCorpus.Western(5000 + random.Next(20_000))}\"", all => all),
            ("two common words", () => $"\"{SearchCorpus.Western(random.Next(30))}\" \"{SearchCorpus.Western(random.Next(30))}\"", all => all),
            ("phrase", () => $"\"{SearchCorpus.Western(random.Next(30))} {SearchCorpus.Western(random.Next(60))}\"", all => all),
            ("beginning of 3", () => SearchCorpus.Western(500 + random.Next(3000))[..3], all => all),
            ("CVE-2026-n", () => $"CVE-2026-{random.Next(1000, 9999)}", all => all),
            ("nothing is found", () => "\"bababababa\" 的", all => all),
            ("common, busy room", () => SearchCorpus.Chinese(random.Next(100)), all => all with { Rooms = [2] }),
            ("common, quiet room", () => SearchCorpus.Chinese(random.Next(100)), all => all with { Rooms = [(ulong)(500 + random.Next(300))] }),
            ("common, one author", () => SearchCorpus.Chinese(random.Next(100)), all => all with { Author = $"author-{random.Next(50)}" }),
            ("common, one day", () => SearchCorpus.Chinese(random.Next(100)), all => all with { Since = time / 2 + Begin / 2, Until = time / 2 + Begin / 2 + 86_400_000 }),
        ];
        foreach (var (name, query, with) in kinds)
            Measure(name, () => reader.Find(with(new EntrySearch(SearchQuery.Parse(query())!, 100, Wanted))));
    }

    private static void Measure(string name, Func<SearchResult> search)
    {
        var (times, found, unfinished) = (new List<double>(), 0, 0);
        for (var i = 0; i < Queries; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var result = search();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            found += result.Entries.Count;
            unfinished += result.Next is not null && result.Entries.Count < Wanted ? 1 : 0;
        }
        times.Sort();
        Say(string.Create(CultureInfo.InvariantCulture, $"{name,-24} p50 {times[Queries / 2],6:0.0} ms, p99 {times[Queries * 99 / 100],6:0.0}, most {times[^1],6:0.0}; {(double)found / Queries:0.0} found, {unfinished} of {Queries} not at the end"));
    }

    private static void Erase(string database, int messages)
    {
        using var log = DatabaseOpener.Open(database, hasSearch: true).Writer;
        log.Load();
        using var indexer = new SearchIndexer(database, exchange => exchange());
        indexer.ForgetErased();
        var times = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            var batch = new LogBatch();
            batch.Changes.Add(new Erasure(2, (ulong)(1 + i * Math.Max(1, messages / 20_000))));
            log.Write(batch);
            var began = Stopwatch.GetTimestamp();
            indexer.ForgetErased();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        times.Sort();
        Say(string.Create(CultureInfo.InvariantCulture, $"an erasure, in the index  p50 {times[25]:0.0} ms, p99 {times[49]:0.0}"));
    }

    private static void Fill(string database, int messages)
    {
        using var log = DatabaseOpener.Open(database).Writer;
        log.Load();
        var corpus = new SearchCorpus(5);
        var heads = new ulong[Rooms + 2];
        for (var done = 0; done < messages;)
        {
            var batch = new LogBatch();
            for (var end = Math.Min(done + PerCommit, messages); done < end;)
                done += AddSegment(batch, corpus, heads, done, Math.Min(PerSegment, end - done));
            log.Write(batch);
            log.CheckpointIfLarge();
        }
    }

    private static int AddSegment(LogBatch batch, SearchCorpus corpus, ulong[] heads, int done, int count)
    {
        var room = (ulong)(2 + corpus.Rank(Rooms - 1));
        if (heads[room] == 0)
            batch.Rooms.Add(new RoomRecord(room, RoomKind.Public, $"room-{room.ToString(CultureInfo.InvariantCulture)}", 77, 1, 100, 0));
        var frame = new FrameBuffer();
        var first = heads[room] + 1;
        for (var i = 0; i < count; i++)
        {
            var author = corpus.Rank(Authors);
            frame.Write(new Message(room, ++heads[room], TimeOf(done + i), 100 + (ulong)author, $"author-{author.ToString(CultureInfo.InvariantCulture)}", new Text(corpus.Next())));
        }
        batch.Segments.Add(new Segment(room, first, TimeOf(done + count - 1), frame.ToArray()));
        return count;
    }

    private static ulong TimeOf(int message) => Begin + (ulong)message * 10_000;

    private static void Say(string text) => Console.WriteLine(text);
}
