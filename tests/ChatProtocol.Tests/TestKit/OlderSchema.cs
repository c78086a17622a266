namespace ChatProtocol.Tests;

/// <summary>Statements that take from a database of this version what later ones have brought, so that it is as an earlier one made it.</summary>
internal static class OlderSchema
{
    /// <summary>What the versions after 8 have brought; the number of the version is set by whoever goes further back.</summary>
    public const string Eighth =
        """
        DROP TABLE post_key;
        DROP TABLE report;
        DROP TABLE audit;
        DROP TABLE room_standing;
        ALTER TABLE room DROP COLUMN title;
        ALTER TABLE room DROP COLUMN topic;
        ALTER TABLE room DROP COLUMN moderated;
        ALTER TABLE room DROP COLUMN archived;
        ALTER TABLE room DROP COLUMN slow;
        PRAGMA user_version = 8;
        """;
}
