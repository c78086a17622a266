using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>What each kind of change does to the tables, within its batch's transaction.</summary>
internal sealed class LogChanges(LogStatements statements, DirectoryTables directory)
{
    public void Apply(LogChange change)
    {
        switch (change)
        {
            case LogChange.KeepPrincipal { Record: var principal }: statements.Upsert(principal); break;
            case LogChange.EndPrincipal end: statements.Delete(end.Id); break;
            case LogChange.ReserveRooms ids: statements.Reserve("reserved_rooms", ids.Below); break;
            case LogChange.ReservePrincipals ids: statements.Reserve("reserved_principals", ids.Below); break;
            case LogChange.LimitRoom { Room: var room }: statements.Keep(room); break;
            case LogChange.KeepPublisher { Record: var publisher }: statements.Upsert(publisher); break;
            case LogChange.EndPublisher { End: var end }: statements.End(end); break;
            case LogChange.Block { Record: var block }: directory.Block(block); break;
            case LogChange.Unblock unblock: directory.Unblock(unblock.Owner, unblock.Blocked); break;
            case LogChange.Ban { Record: var ban }: directory.Ban(ban); break;
            case LogChange.Unban unban: directory.Unban(unban.Number); break;
            case LogChange.EndBans ends: directory.EndBans(ends.Through); break;
            case LogChange.RemoveRoom removal: directory.Remove(removal); break;
            // Found before the transaction, and done with what else is rewritten (LogRewrites).
            case Erasure or Expiry: break;
            default: throw new InvalidOperationException($"There is no table for {change}.");
        }
    }
}
