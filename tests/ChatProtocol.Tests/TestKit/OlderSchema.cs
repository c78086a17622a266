namespace ChatProtocol.Tests;

/// <summary>Statements that take from a database of this version what later ones have brought, so that it is as an earlier one made it.</summary>
internal static class OlderSchema
{
    /// <summary>What the versions after 11 have brought.</summary>
    public const string Eleventh =
        """
        DROP TABLE unindexed;
        DROP TABLE marker;
        DROP TABLE amended;
        DROP TABLE reaction;
        DROP TABLE threaded;
        DROP TABLE post_key;
        ALTER TABLE room DROP COLUMN edit_for;
        ALTER TABLE segment DROP COLUMN said;
        PRAGMA user_version = 11;
        """;

    /// <summary>What the versions after 8 have brought; the number of the version is set by whoever goes further back.</summary>
    public const string Eighth = Eleventh +
        """

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
