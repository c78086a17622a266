using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Failures are told in words for the operator, not in those of the runtime or of SQLite.</summary>
public sealed class FailureReasonTests
{
    [Theory]
    [InlineData(8, "attempt to write a readonly database")]
    [InlineData(5, "the database is locked")]
    [InlineData(10, "disk I/O error")]
    [InlineData(11, "database disk image is malformed")]
    [InlineData(13, "database or disk is full")]
    [InlineData(14, "unable to open database file")]
    [InlineData(26, "file is not a database")]
    public void SQLites_errors_have_words_of_their_own(int code, string raw)
    {
        var told = FailureReason.Of(new SqliteException($"SQLite Error {code}: '{raw}'.", code));

        Assert.DoesNotContain(raw, told, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite Error", told, StringComparison.Ordinal);
        Assert.DoesNotContain(told[^1..], ".", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13, 13)]
    [InlineData(10, 4874)]
    public void A_full_disk_is_told_as_such_by_whatever_error_it_shows(int code, int extended) =>
        Assert.Equal("the disk is full", FailureReason.Of(new SqliteException($"SQLite Error {code}: 'x'.", code, extended)));

    [Theory]
    [InlineData("SQLite Error 1: 'no such table: room'.", "no such table: room")]
    [InlineData("SQLite Error 1: 'near \"it's\": syntax error'.", "near \"it's\": syntax error")]
    [InlineData("a table is not as it was made", "a table is not as it was made")]
    public void What_has_no_words_is_told_without_the_number_and_the_full_stop(string message, string told) =>
        Assert.Equal(told, FailureReason.Of(new SqliteException(message, 1)));

    [Fact]
    public void Files_that_cannot_be_had_are_told_in_the_systems_words()
    {
        Assert.Equal("No such file or directory", ReasonOf(() => File.ReadAllBytes("/nowhere/file")));
        Assert.Equal("File name too long", ReasonOf(() => File.WriteAllBytes(Path.Combine(Path.GetTempPath(), new string('x', 300)), [])));
        Assert.Equal("No space left on device", ReasonOf(() => File.WriteAllText("/dev/full", "x")));
    }

    private static string ReasonOf(Action act) => FailureReason.Of(Record.Exception(act)!);
}
