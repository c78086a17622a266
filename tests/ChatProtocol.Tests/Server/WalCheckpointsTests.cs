using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class WalCheckpointsTests
{
    [Fact]
    public void A_checkpoint_beside_the_writer_brings_over_what_is_committed_from_a_connection_that_has_read_nothing()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("chat.db");
        using var writer = DatabaseOpener.Open(database).Writer;
        var batch = new LogBatch();
        for (var id = 100ul; id < 1100; id++)
            batch.Changes.Add(new LogChange.KeepPrincipal(new PrincipalRecord(id, $"guest number {id}", new byte[32], 0, true)));
        writer.Write(batch);
        var before = new FileInfo(database).Length;

        using var beside = DatabaseConnection.Open(database, SqliteOpenMode.ReadWrite);
        new WalCheckpoints(beside).MakeBeside();

        Assert.InRange(new FileInfo(database).Length, before + 50_000, long.MaxValue);
    }
}
