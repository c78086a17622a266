using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Applies each kind of change to the tables, within its batch's transaction.</summary>
internal sealed class ChangeWriter(DatabaseTables tables)
{
    public void Apply(LogChange change)
    {
        switch (change)
        {
            case LogChange.KeepPrincipal { Record: var principal }: tables.Principals.Upsert(principal); break;
            case LogChange.EndPrincipal end: tables.Principals.Delete(end.Id); break;
            case LogChange.ReserveRooms ids: tables.Meta.ReservedRooms = ids.Below; break;
            case LogChange.ReservePrincipals ids: tables.Meta.ReservedPrincipals = ids.Below; break;
            case LogChange.LimitRoom { Room: var room }: tables.Rooms.Keep(room); break;
            case LogChange.KeepPublisher { Record: var publisher }: tables.Publishers.Upsert(publisher); break;
            case LogChange.EndPublisher { End: var end }: tables.Publishers.End(end); break;
            case LogChange.Block { Record: var block }: tables.Directory.Block(block); break;
            case LogChange.Unblock unblock: tables.Directory.Unblock(unblock.Owner, unblock.Blocked); break;
            case LogChange.Ban { Record: var ban }: tables.Directory.Ban(ban); break;
            case LogChange.Unban unban: tables.Directory.Unban(unban.Number); break;
            case LogChange.EndBans ends: tables.Directory.EndBans(ends.Through); break;
            case LogChange.RemoveRoom removal: tables.Directory.Remove(removal); break;
            // Prepared before the transaction, and applied with the other rewrites (SegmentRewrites).
            case Erasure or Expiry: break;
            default: throw new InvalidOperationException($"There is no table for {change}.");
        }
    }
}
