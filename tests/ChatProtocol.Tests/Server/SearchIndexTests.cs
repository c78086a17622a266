using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The index of searches beside a log: what it finds, and what is left of what has gone.</summary>
[OneTry]
public sealed class SearchIndexTests : IDisposable
{
    private readonly SearchedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Spec("CP-SEA-001", "CP-SEA-004")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_stored_is_found_indexed_or_not(bool isIndexed)
    {
        _log.Say(2, "我家在上海东边。", "ｻｰﾊﾞｰ", "foo_bar.Baz", "this OR that", "CVE-2026-12345");
        _log.Say(3, "上面", "it was deployed", "CVE-2026-1234", "NEAR( it", "a 5\" disk", "𠮷野家 👨‍👩‍👧");
        if (isIndexed)
            _log.Index();

        Assert.Equal(["上面", "我家在上海东边。"], _log.Texts("上"));
        Assert.Equal(["我家在上海东边。"], _log.Texts("上海"));
        Assert.Equal(["ｻｰﾊﾞｰ"], _log.Texts("サーバー"));
        Assert.Equal(["foo_bar.Baz"], _log.Texts("BAR"));
        Assert.Equal(["it was deployed"], _log.Texts("deploy"));
        Assert.Equal(["CVE-2026-1234"], _log.Texts("cve-2026-1234"));
        Assert.Equal(["this OR that"], _log.Texts("OR"));
        Assert.Equal(["NEAR( it"], _log.Texts("NEAR("));
        Assert.Equal(["a 5\" disk"], _log.Texts("5\""));
        Assert.Equal(["𠮷野家 👨‍👩‍👧"], _log.Texts("𠮷 👩"));
        Assert.Empty(_log.Texts("上东"));
        Assert.Empty(_log.Texts("this OR nothing"));
        Assert.Null(_log.Find("上").MissingFrom);
    }

    [Spec("CP-SEA-007")]
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_search_of_a_room_an_author_or_a_time_finds_no_other(int indexedBehind)
    {
        for (var i = 1; i <= 6; i++)
        {
            _log.SayAs(i % 2 == 0 ? "Ann" : "Bob", (ulong)(2 + i % 3), $"word {i}");
            _log.Time += 999;
            if (i == indexedBehind)
                _log.Index();
        }

        Assert.Equal(["word 6", "word 3"], _log.Texts("word", search => search with { Rooms = [2] }));
        Assert.Equal(["word 6", "word 5", "word 3", "word 2"], _log.Texts("word", search => search with { Rooms = [2, 4, 99] }));
        Assert.Equal(["word 5", "word 3", "word 1"], _log.Texts("word", search => search with { Author = "bob" }));
        Assert.Equal(["word 4", "word 3"], _log.Texts("word", search => search with { Since = SearchedLog.Begin + 2000, Until = SearchedLog.Begin + 4000 }));
        Assert.Equal(["word 2", "word 1"], _log.Texts("word", search => search with { Until = SearchedLog.Begin + 2000 }));
        Assert.Empty(_log.Texts("word", search => search with { Kind = 128 }));
    }

    /// <summary>Times that go back, as those of an imported room, are no order to go by.</summary>
    [Spec("CP-SEA-007")]
    [Fact]
    public void A_time_is_found_among_entries_that_were_imported()
    {
        for (var i = 1; i <= 50; i++)
            _log.Say(2, $"word {i}");
        _log.Time = SearchedLog.Begin - 100_000_000;
        _log.Say(3, "word of old");
        _log.Time = SearchedLog.Begin + 1000;
        _log.Say(2, "word of today");
        _log.Index();
        Assert.Equal(["word of old"], _log.Texts("word", search => search with { Until = SearchedLog.Begin }));
        Assert.Equal(["word of today"], _log.Texts("word", search => search with { Since = SearchedLog.Begin + 1000 }));
    }

    [Fact]
    public void A_time_is_found_in_a_long_log_without_a_look_at_all_of_it()
    {
        for (var i = 0; i < 2000; i++)
        {
            _log.Say(2, $"word {i}");
            _log.Time += 59_999;
        }
        _log.Index();
        _log.Bounds = new SearchBounds(100, TimeSpan.FromSeconds(30));
        var found = _log.Find("word", search => search with { Since = SearchedLog.Begin + 1000 * 60_000, Until = SearchedLog.Begin + 1003 * 60_000 });
        Assert.Equal((3, null), (found.Entries.Count, found.Next));
        Assert.Equal(["word 5", "word 4"], _log.Texts("word", search => search with { Since = SearchedLog.Begin + 4 * 60_000, Until = SearchedLog.Begin + 6 * 60_000 }));
        Assert.Equal(["word 1999"], _log.Texts("word", search => search with { Since = SearchedLog.Begin + 1999 * 60_000 }));
        Assert.Empty(_log.Texts("word", search => search with { Since = SearchedLog.Begin + 9999 * 60_000ul }));
    }

    [Spec("CP-SEA-010")]
    [Theory]
    [InlineData(1, 10)]
    [InlineData(7, 3)]
    [InlineData(1000, 5)]
    public void Answers_go_on_where_the_last_ended_however_little_one_looks_at(int count, int candidates)
    {
        for (var i = 1; i <= 60; i++)
        {
            _log.Say((ulong)(2 + i % 4), i % 5 == 0 ? $"no such {i} wo rd" : $"word {i}", $"wordless {i}");
            if (i == 45)
                _log.Index();
        }
        _log.Bounds = new SearchBounds(candidates, TimeSpan.FromSeconds(30));
        var texts = new List<string>();
        SearchCursor? before = null;
        do
        {
            var found = _log.Find("\"word\"", search => search with { Count = count, Before = before });
            texts.AddRange(found.Entries.Select(entry => entry.Segment.EntryAt(0).ToMessage()!.Text.ToString()));
            Assert.NotEqual(before ?? SearchCursor.End, found.Next);
            before = found.Next;
            _log.Say(2, $"word behind {texts.Count}");
            if (texts.Count % 2 == 0)
                _log.Index();
        }
        while (before is not null);
        Assert.Equal(Enumerable.Range(1, 60).Reverse().Where(i => i % 5 != 0).Select(i => $"word {i}"), texts);
    }

    /// <summary>A deadline that has always passed: each answer gets on all the same.</summary>
    [Spec("CP-SEA-010")]
    [Fact]
    public void An_answer_that_is_always_late_gets_on()
    {
        for (var i = 1; i <= 40; i++)
            _log.Say(2, $"word {i}");
        _log.Index();
        _log.Bounds = new SearchBounds(1000, TimeSpan.Zero);
        var texts = new List<string>();
        SearchCursor? before = null;
        do
        {
            var found = _log.Find("word", search => search with { Before = before });
            texts.AddRange(found.Entries.Select(entry => entry.Segment.EntryAt(0).ToMessage()!.Text.ToString()));
            before = found.Next;
        }
        while (before is not null);
        Assert.Equal(Enumerable.Range(1, 40).Reverse().Select(i => $"word {i}"), texts);
    }

    [Spec("CP-SEA-011")]
    [Fact]
    public void An_index_that_is_far_behind_says_from_when_on_entries_may_be_missing()
    {
        _log.Say(2, "word one");
        _log.Index();
        for (var i = 0; i < 600; i++)
            _log.Say(2, $"word {i}");
        var found = _log.Find("word");
        Assert.Equal((513, SearchedLog.Begin), (found.Entries.Count, found.MissingFrom));
        _log.Index();
        found = _log.Find("word");
        Assert.Equal((601, null), (found.Entries.Count, found.MissingFrom));
    }

    [Spec("CP-SEA-015")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_erased_is_found_no_more_and_in_no_file(bool isIndexed)
    {
        string[] secrets = ["swordfish", "xylophone", "quagmire"];
        for (var i = 0; i < 300; i++)
        {
            _log.Say(2, $"text {i}", i % 100 == 50 ? $"the {secrets[i / 100]} is near" : $"other {i}");
            if (isIndexed && i % 20 == 0)
                _log.Index();
        }
        if (isIndexed)
            _log.Index();
        foreach (var secret in secrets)
            Assert.Single(_log.Texts(secret));
        if (isIndexed)
            Assert.Single(_log.Candidates("swordfish"));

        _log.Erase(2, 102, 302, 502);
        Assert.All(secrets, secret => Assert.Empty(_log.Texts(secret)));
        Assert.True(_log.Indexer.ForgetErased());
        new MaintenanceRunner(_log.Path).Do(new MaintenanceTask.Scrub());
        Assert.All(secrets, secret => Assert.False(_log.Holds(secret), secret));
        Assert.Equal(0, _log.Ask("SELECT count(*) FROM unindexed"));
        _log.Index();
        Assert.Equal(297, _log.Texts("other").Count);
        Assert.All(secrets, secret => Assert.Empty(_log.Candidates(secret)));
    }

    [Fact]
    public void Erasing_twice_and_removing_what_was_erased_harms_nothing()
    {
        for (var i = 1; i <= 20; i++)
            _log.Say((ulong)(2 + i % 2), $"word {i}", $"other {i}");
        _log.Index();
        _log.Erase(2, 1, 2);
        _log.Index();
        _log.Erase(2, 1, 2, 3);
        _log.Erase(3, 1);
        _log.Index();
        _log.Remove(2);
        _log.Index();
        Assert.Equal(9, _log.Texts("word").Count);
        Assert.Equal(10, _log.Texts("other").Count);
        Assert.Equal(0, _log.Ask("SELECT count(*) FROM token WHERE token MATCH '\"2\"'", ofIndex: true));
        CheckIntegrity();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_expired_or_went_with_its_room_is_in_no_file(bool isRestartedMeanwhile)
    {
        for (var i = 1; i <= 200; i++)
            _log.Say((ulong)(2 + i % 2), i <= 100 ? $"text of swordfish {i}" : $"text {i}");
        _log.Index();
        _log.Say(4, "quagmire");
        _log.Index();
        _log.Expire(2, 60);
        _log.Remove(4);
        Assert.Equal(50, _log.Texts("swordfish").Count);
        if (isRestartedMeanwhile)
            _log.Restart();
        _log.Index();
        Assert.Equal(50, _log.Candidates("swordfish").Count);
        Assert.False(_log.Holds("quagmire"));

        // The numbers of the last segments are given again.
        _log.Say(5, "a new word");
        Assert.Equal(["a new word"], _log.Texts("new word"));
        _log.Index();
        Assert.Equal(["a new word"], _log.Texts("new word"));
        Assert.Equal(50, _log.Texts("swordfish").Count);
        CheckIntegrity();
    }

    [Fact]
    public void A_segment_that_gets_the_number_of_one_that_is_gone_is_found_whatever_the_index_has_seen()
    {
        _log.Say(2, "word one");
        _log.Say(3, "word two");
        _log.Index();
        _log.Remove(3);
        _log.Say(4, "word three");
        Assert.Equal(["word three", "word one"], _log.Texts("word"));
        _log.Remove(4);
        _log.Say(5, "word four");
        _log.Index();
        Assert.Equal(["word four", "word one"], _log.Texts("word"));
        Assert.Empty(_log.Candidates("two"));
        Assert.Empty(_log.Candidates("three"));
    }

    /// <summary>With detail=none and secure-delete SQLite 3.53 finds wrong rows; this compares all of it with a dictionary.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void After_many_mixed_changes_the_index_has_what_a_dictionary_has(int seed)
    {
        var random = new Random(seed);
        string[] words = [.. Enumerable.Range(0, 60).Select(i => $"w{i * i}"), "the", "a", "上", "海", "上海"];
        var kept = new Dictionary<(ulong Room, ulong Seq), string>();
        var heads = new Dictionary<ulong, ulong>();
        for (var round = 0; round < 250; round++)
        {
            var room = (ulong)random.Next(2, 8);
            string[] texts = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[Math.Min(random.Next(words.Length), random.Next(words.Length))])))];
            _log.Say(room, texts);
            foreach (var text in texts)
                kept.Add((room, heads[room] = heads.GetValueOrDefault(room) + 1), text);
            if (random.Next(3) == 0)
                _log.Index();
            if (random.Next(2) == 0 && kept.Count > 5)
            {
                var gone = kept.Keys.ElementAt(random.Next(kept.Count));
                _log.Erase(gone.Room, gone.Seq);
                kept.Remove(gone);
            }
            if (random.Next(60) == 0)
            {
                _log.Remove(room);
                heads.Remove(room);
                foreach (var gone in kept.Keys.Where(key => key.Room == room).ToList())
                    kept.Remove(gone);
            }
            if (random.Next(80) == 0)
                _log.Indexer.BeginNext();
        }
        _log.Index();
        Assert.All(words, word =>
        {
            var expected = kept.Where(pair => SearchQuery.Parse($"\"{word}\"")!.FindIn(pair.Value) is not null).Select(pair => pair.Key).Order();
            Assert.Equal(expected, _log.Find($"\"{word}\"", search => search with { Count = 100_000 }).Entries.Select(found => (found.Segment.Room, found.Segment.First)).Order());
            Assert.Equal(expected.Count(), _log.Candidates(word).Count);
        });
        CheckIntegrity();
    }

    [Fact]
    public void An_index_is_made_anew_beside_the_one_that_serves()
    {
        for (var i = 1; i <= 100; i++)
            _log.Say(2, $"word {i}");
        _log.Index();
        _log.Indexer.BeginNext();
        Assert.True(File.Exists(SearchFile.NextPathFor(_log.Path)));
        Assert.Equal(100, _log.Texts("word").Count);
        _log.Erase(2, 7);
        _log.Say(2, "word 101");
        while (_log.Indexer.Work())
            Assert.Equal(100, _log.Texts("word").Count);
        Assert.Equal(1, _log.Indexer.Exchanged);
        Assert.False(File.Exists(SearchFile.NextPathFor(_log.Path)));
        Assert.Equal(100, _log.Texts("word").Count);
        Assert.Equal(100, _log.Candidates("word").Count);
        CheckIntegrity();
    }

    [Fact]
    public void Where_much_has_gone_the_index_is_made_anew()
    {
        _log.Say(2, "word that stays");
        for (var i = 0; i < 120; i++)
            _log.Say(3, [.. Enumerable.Range(0, 100).Select(j => $"swordfish {i} {j}")]);
        _log.Index();
        Assert.Equal(12_000, _log.Candidates("swordfish").Count);
        _log.Remove(3);
        _log.Index();
        Assert.Equal(1, _log.Indexer.Exchanged);
        Assert.Equal(0, _log.Ask("SELECT count(*) FROM unindexed"));
        Assert.False(_log.Holds("swordfish"));
        Assert.Equal(["word that stays"], _log.Texts("word"));
    }

    [Theory]
    [InlineData("other version")]
    [InlineData("other log")]
    [InlineData("ahead of its log")]
    [InlineData("no database")]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("half a rebuild")]
    public void An_index_that_does_not_fit_is_begun_anew(string fault)
    {
        for (var i = 1; i <= 10; i++)
            _log.Say(2, $"word {i}");
        _log.Index();
        _log.Restart(() =>
        {
            switch (fault)
            {
                case "other version": Change("UPDATE state SET log = replace(log, ' 1 1', ' 0 1')"); break;
                case "other log": Change("UPDATE state SET log = 'f' || log"); break;
                case "ahead of its log": Change("UPDATE state SET through = 99"); break;
                case "no database": File.WriteAllText(_log.IndexPath, "this is no database, whatever its name says"); break;
                case "empty": File.WriteAllText(_log.IndexPath, ""); break;
                case "missing": SearchFile.Delete(_log.IndexPath); break;
                default: File.WriteAllText(SearchFile.NextPathFor(_log.Path), "half"); break;
            }
        });
        _log.Say(2, "word 11");
        _log.Index();
        Assert.Equal(11, _log.Texts("word").Count);
        Assert.Equal(11, _log.Candidates("word").Count);
        Assert.False(File.Exists(SearchFile.NextPathFor(_log.Path)));
    }

    [Fact]
    public void An_index_belongs_to_the_user_alone()
    {
        _log.Say(2, "word");
        _log.Index();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_log.IndexPath));
    }

    [Fact]
    public void A_fault_in_the_index_costs_nothing_but_the_index()
    {
        for (var i = 1; i <= 10; i++)
            _log.Say(2, $"word {i}");
        _log.Index();
        _log.Erase(2, 3);
        _log.Indexer.BeginAnew();
        Assert.Equal(9, _log.Texts("word").Count);
        _log.Index();
        Assert.Equal(9, _log.Candidates("word").Count);
        Assert.Equal(0, _log.Ask("SELECT count(*) FROM unindexed"));
    }

    [Fact]
    public void A_backup_has_nothing_of_what_is_still_to_go_from_the_index()
    {
        _log.Say(2, "swordfish");
        _log.Index();
        _log.Erase(2, 1);
        var copy = _log.Path + "-copy";
        Assert.Null(new MaintenanceRunner(_log.Path).Do(new MaintenanceTask.Backup(copy)).Complaint);
        Assert.True(File.ReadAllBytes(copy).AsSpan().IndexOf("swordfish"u8) < 0);
    }

    private void Change(string sql)
    {
        using var connection = DatabaseConnection.Open(_log.IndexPath, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite);
        connection.Execute(sql);
    }

    private void CheckIntegrity() => Change("INSERT INTO token(token) VALUES('integrity-check')");
}
