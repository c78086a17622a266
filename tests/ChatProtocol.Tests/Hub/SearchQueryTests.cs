using System.Text.Json;
using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>What a query finds in a text, and by which tokens.</summary>
[OneTry]
public sealed class SearchQueryTests
{
    private static readonly List<QueryVector> Vectors =
        JsonSerializer.Deserialize<List<QueryVector>>(File.ReadAllText(Repository.PathOf("spec", "vectors", "search", "queries.json")), SpecJson.Options)!;

    [Spec("CP-SEA-003", "CP-SEA-004", "CP-SEA-005", "CP-SEA-006", "CP-SEA-012")]
    [Fact]
    public void A_query_finds_what_the_vectors_say_and_marks_it() => Assert.Empty(
        from vector in Vectors
        let marks = SearchQuery.Parse(vector.Query)!.FindIn(vector.Text)?.Select(mark => (int[])[mark.Start, mark.Length])
        let found = marks is null ? "nothing" : JsonSerializer.Serialize(marks)
        let expected = vector.Marks is null ? "nothing" : JsonSerializer.Serialize(vector.Marks)
        where found != expected
        select $"{vector.Id}: {found}, expected {expected}");

    /// <summary>If a token of the query were not one of the text, the index would miss the entry.</summary>
    [Fact]
    public void Every_text_that_is_found_has_the_tokens_that_the_index_is_asked_for() => Assert.Empty(
        from vector in Vectors
        where vector.Marks is not null
        let tokens = SearchTokens.Of(MessageOf(vector.Text))!.Split(' ')
        from token in SearchQuery.Parse(vector.Query)!.Tokens
        where !tokens.Any(one => token.IsBeginning ? one.StartsWith(token.Text, StringComparison.Ordinal) : one == token.Text)
        select $"{vector.Id}: {token}");

    [Fact]
    public void Tokens_are_letters_and_digits_alone_which_no_index_takes_apart()
    {
        var text = "C++ foo_bar.Baz \"q\" 上海, ｻｰﾊﾞｰ 👨‍👩‍👧 ไทย é\u0001\uE000x\uE001";
        Assert.All(SearchTokens.Of(MessageOf(text))!.Split(' '), token => Assert.DoesNotContain(token, c => c < 0x80 && !char.IsAsciiLetterOrDigit(c)));
    }

    [Fact]
    public void Nobody_can_write_the_token_of_a_room_or_an_author()
    {
        var tokens = SearchTokens.Of(MessageOf($"{SearchTokens.OfRoom(9)} {SearchTokens.OfAuthor("bob")}"))!.Split(' ');
        Assert.DoesNotContain(SearchTokens.OfRoom(9), tokens);
        Assert.DoesNotContain(SearchTokens.OfAuthor("bob"), tokens);
        Assert.Contains(SearchTokens.OfRoom(1), tokens);
        Assert.Contains(SearchTokens.OfAuthor("ANN"), tokens);
    }

    [Spec("CP-SEA-013")]
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("++")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("…　。")]
    [InlineData("\u200d\uE000")]
    public void A_query_without_anything_that_can_be_found_is_none(string query) => Assert.Null(SearchQuery.Parse(query));

    [Fact]
    public void The_index_is_asked_for_some_tokens_and_the_text_is_compared_with_all()
    {
        var words = Enumerable.Range(1, 40).Select(i => $"w{i}").ToList();
        var query = SearchQuery.Parse(string.Join(' ', words))!;
        Assert.Equal(32, query.Tokens.Count);
        Assert.NotNull(query.FindIn(string.Join(' ', words)));
        Assert.Null(query.FindIn(string.Join(' ', words[..39])));
    }

    [Spec("CP-SEA-012")]
    [Fact]
    public void A_text_has_a_few_marks_at_most() =>
        Assert.Equal(SearchQuery.MaxMarks, SearchQuery.Parse("a b")!.FindIn(string.Join(", ", Enumerable.Repeat("a b", 100)))!.Count);

    [Fact]
    public void A_mark_of_any_text_lies_within_it_and_between_characters()
    {
        var random = new Random(7);
        string[] pieces = ["a", "é", "e\u0301", "上", "ﾊﾞ", "ﾊ", "ﾞ", "👍", "\u200d", " ", "\n", "ﬁ", "가", "\u1100", "\u1161", "ก", "\u0e48", "_", "\"", "İ", "\u0345"];
        for (var round = 0; round < 3000; round++)
        {
            var text = new Text(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)])));
            var query = SearchQuery.Parse(string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => pieces[random.Next(pieces.Length)])));
            if (query?.FindIn(text) is not { } marks)
                continue;
            Assert.NotEmpty(marks);
            var end = 0;
            Assert.All(marks, mark =>
            {
                Assert.True(mark.Start >= end && mark.Length > 0 && mark.Start + mark.Length <= text.Length);
                Assert.True(ChatProtocol.Text.TryFromUtf8(text.Utf8.Slice(mark.Start, mark.Length), out _));
                end = mark.Start + mark.Length;
            });
        }
    }

    /// <summary>A text is found by itself, by every run of it, and by every word of it.</summary>
    [Fact]
    public void A_text_is_found_by_itself()
    {
        foreach (var vector in Vectors)
            if (SearchQuery.Parse(vector.Text) is { } query)
                Assert.True(query.FindIn(vector.Text) is not null, vector.Id);
    }

    private static Message MessageOf(string text) => new(1, 1, 1, 100, "ann", text);

    private sealed record QueryVector(string Id, IReadOnlyList<string> Reqs, string Text, string Query, IReadOnlyList<IReadOnlyList<int>>? Marks);
}
