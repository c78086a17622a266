using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The chain of the audit log in the database, and what a verification finds of it.</summary>
[OneTry]
public sealed class AuditLogTests : IDisposable
{
    private readonly LogDatabase _database = new();

    public AuditLogTests() => _database.Write([.. Enumerable.Range(1, 20).Select(i => Record(i))]);

    public void Dispose() => _database.Dispose();

    [Spec("CP-AUD-005", "CP-AUD-006")]
    [Fact]
    public void A_chain_is_whole_also_behind_another_start_a_backup_and_more_records()
    {
        Assert.Null(Fault());
        var backup = _database.Path + ".backup";
        using (var connection = DatabaseConnection.Open(_database.Path, SqliteOpenMode.ReadOnly))
            Assert.Null(LogBackup.Make(connection, backup).Complaint);
        var head = Extent().Head;
        _database.Write(Record(21));
        Assert.Null(Fault());
        Assert.Equal(21ul, Extent().Head.Number);

        File.Copy(backup, _database.Path, overwrite: true);
        Assert.Equal(head.ToString(), Extent().Head.ToString());
        Assert.Null(Fault());
    }

    [Spec("CP-AUD-006")]
    [Theory]
    [InlineData("time = 5")]
    [InlineData("principal = 5")]
    [InlineData("name = 'somebody else'")]
    [InlineData("credential = 3")]
    [InlineData("token = 5")]
    [InlineData("address = 'elsewhere'")]
    [InlineData("verb = 'status'")]
    [InlineData("target = 'nobody'")]
    [InlineData("whom = 5")]
    [InlineData("room = 5")]
    [InlineData("reason = 'none'")]
    [InlineData("was = ''")]
    [InlineData("becomes = ''")]
    [InlineData("result = 307")]
    [InlineData("salt = randomblob(16)")]
    [InlineData("personal = randomblob(32)")]
    [InlineData("hash = randomblob(32)")]
    [InlineData("salt = x''")]
    public void A_record_that_was_changed_by_hand_is_found(string change)
    {
        _database.Execute($"UPDATE audit SET {change} WHERE id = 7");
        Assert.Equal(7ul, Fault());
    }

    [Spec("CP-AUD-006")]
    [Fact]
    public void A_record_that_was_removed_from_the_middle_is_found_and_so_are_the_first_and_one_put_in()
    {
        _database.Execute("DELETE FROM audit WHERE id = 7");
        Assert.Equal(7ul, Fault());
        _database.Execute("UPDATE audit SET id = id - 1 WHERE id > 7");
        Assert.Equal(7ul, Fault());
        _database.Execute("DELETE FROM audit WHERE id = 1");
        Assert.Equal(1ul, Fault());
    }

    [Spec("CP-AUD-006")]
    [Theory]
    [InlineData(20, 20ul)]
    [InlineData(15, 15ul)]
    [InlineData(1, 1ul)]
    public void A_tail_that_was_cut_off_is_found_also_behind_more_records(int from, ulong first)
    {
        _database.Execute($"DELETE FROM audit WHERE id >= {from}");
        Assert.Equal(first, Fault());
        _database.Write(Record(21));
        Assert.Equal(first, Fault());
    }

    [Spec("CP-AUD-007", "CP-AUD-006")]
    [Fact]
    public void What_was_removed_for_its_age_is_no_damage_and_the_chain_begins_behind_it()
    {
        var trim = new LogChange.TrimAudit(Before: 1008, Keep: 100);
        _database.Write(trim);
        Assert.Equal((7ul, 20ul, 1008L), (trim.Extent!.Anchor.Number, trim.Extent.Head.Number, trim.Extent.OldestTime));
        Assert.Null(Fault());
        _database.Write(new LogChange.TrimAudit(0, Keep: 3));
        Assert.Equal(17ul, Extent().Anchor.Number);
        Assert.Null(Fault());
        _database.Execute("DELETE FROM audit WHERE id = 18");
        Assert.Equal(18ul, Fault());
    }

    [Fact]
    public void A_log_that_was_removed_to_its_end_goes_on_with_its_numbers()
    {
        _database.Write(new LogChange.TrimAudit(2000, 100));
        Assert.Equal((20ul, 20ul, 0L), (Extent().Anchor.Number, Extent().Head.Number, Extent().OldestTime));
        Assert.Null(Fault());
        _database.Write(Record(21));
        Assert.Equal(21ul, Extent().Head.Number);
        Assert.Null(Fault());
    }

    [Spec("CP-AUD-005")]
    [Fact]
    public void What_is_personal_can_be_blanked_without_breaking_the_chain()
    {
        _database.Execute("UPDATE audit SET name = '', address = '', target = '', reason = '', salt = x'' WHERE whom = 42");
        Assert.Null(Fault());
    }

    [Spec("CP-AUD-010")]
    [Fact]
    public void A_page_looks_at_some_thousand_records_and_tells_how_far_it_got()
    {
        _database.Write([.. Enumerable.Range(21, 6000).Select(i => Record(i, i <= 1020 ? "seldom" : "often"))]);
        var first = _database.Find(new DirectoryQuery.AuditRecords(0, 6021, "seldom", null, 10));
        Assert.Empty(first.Audit);
        Assert.Equal(1021ul, first.AuditedThrough);
        var second = _database.Find(new DirectoryQuery.AuditRecords(0, first.AuditedThrough, "SELDOM", null, 10));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (ulong)(1020 - i)), second.Audit.Select(stored => stored.Number));
        Assert.Equal(second.Audit[^1].Number, second.AuditedThrough);
        Assert.Null(Fault());
    }

    [Fact]
    public void A_start_that_finds_the_head_damaged_goes_on_behind_the_last_record()
    {
        _database.Execute("UPDATE meta SET value = randomblob(40) WHERE key = 'audit_head'");
        using (_database.Open(acceptsLoss: true))
        {
        }
        Assert.Equal(20ul, Extent().Head.Number);
        Assert.Null(Fault());
    }

    private static LogChange.Audit Record(int number, string name = "olga") => new LogChange.Audit(new AuditRecord(
        1000 + number, 21, name, CredentialKind.Token, 3, "203.0.113.7:5000", "change-account", "mallory", 42, 0, "spam")
    {
        Was = "role=member",
        Is = "role=admin",
    });

    private ulong? Fault()
    {
        using var connection = DatabaseConnection.Open(_database.Path, SqliteOpenMode.ReadOnly);
        return AuditVerifier.FindFault(connection);
    }

    private AuditExtent Extent()
    {
        using var writer = _database.Open();
        return writer.Load().Audit;
    }
}
