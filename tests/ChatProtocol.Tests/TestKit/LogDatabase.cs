using System.Security.Cryptography;
using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Tests;

/// <summary>A log's database without a server, with accounts to put into it.</summary>
internal sealed class LogDatabase : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.File("chat.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>Opens it as a start does; the caller disposes the writer.</summary>
    public LogWriter Open(bool acceptsLoss = false)
    {
        var writer = DatabaseOpener.Open(Path, acceptsLoss).Writer;
        try
        {
            writer.Load();
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public StartupContents Load(bool isWhole)
    {
        using var writer = DatabaseOpener.Open(Path).Writer;
        return writer.Load(isWhole);
    }

    public static void Write(LogWriter writer, params LogChange[] changes)
    {
        var batch = new LogBatch();
        batch.Changes.AddRange(changes);
        writer.Write(batch);
    }

    /// <summary>Stores changes in a database that nothing has open.</summary>
    public void Write(params LogChange[] changes)
    {
        using var writer = Open();
        Write(writer, changes);
    }

    public DirectoryResult Find(DirectoryQuery query)
    {
        using var reader = DirectoryReader.Open(Path);
        return reader.Find(query);
    }

    public void Execute(string sql)
    {
        using var connection = DatabaseConnection.Open(Path, SqliteOpenMode.ReadWrite);
        connection.Execute(sql);
    }

    public long Ask(string sql)
    {
        using var connection = DatabaseConnection.Open(Path, SqliteOpenMode.ReadOnly);
        return (long)connection.Ask(sql)!;
    }

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static LogChange Principal(ulong id, string name, string key = "key", bool holdsName = true) =>
        new LogChange.KeepPrincipal(new PrincipalRecord(id, name, SHA256.HashData(Encoding.UTF8.GetBytes(key)), 900, holdsName));

    public static LogChange Account(ulong principal, AccountRole role = AccountRole.Member, string password = "a hash", bool isDisabled = false) =>
        new LogChange.KeepAccount(new AccountRecord(principal, role, Encoding.UTF8.GetBytes(password), 800, isDisabled));

    public static LogChange Token(ulong number, ulong principal, string secret, params ulong[] rooms) =>
        new LogChange.KeepToken(new TokenRecord(number, principal, HashOf(secret), $"label {number}", TokenScopes.Read | TokenScopes.Post, rooms, 800, 5000, 0));

    public static LogChange Invitation(ulong number, ulong by, string secret, int uses = 1) =>
        new LogChange.KeepInvitation(new InvitationRecord(number, HashOf(secret), by, AccountRole.Member, uses, 800, 5000));

    /// <summary>All of an answer that accounts have to do with.</summary>
    public static string Describe(DirectoryResult found) => string.Join('\n',
        [.. found.Principals.Select(Describe), .. found.Accounts.Select(Describe), .. found.Tokens.Select(Describe)]);

    public static string Describe(StartupContents contents) => string.Join('\n',
        [.. contents.Principals.Select(Describe), .. contents.Accounts.Select(Describe), .. contents.Tokens.Select(Describe), .. contents.Invitations.Select(one => one.ToString()),
            $"{contents.Owners} owners, next {contents.NextToken} and {contents.NextInvitation}"]);

    public static string Describe(AccountRecord account) =>
        $"account {account.Principal} {account.Role} {Encoding.UTF8.GetString(account.Password.Span)} {account.Made} {account.IsDisabled}";

    public static string Describe(TokenRecord token) => $"{token with { Rooms = [] }} [{string.Join(' ', token.Rooms)}]";

    private static string Describe(PrincipalRecord principal) =>
        $"principal {principal.Id} {principal.Name} {Convert.ToHexString(principal.KeyHash.Span)} {principal.LastSeen} {principal.HoldsName} {principal.IsReferredTo}";
}
