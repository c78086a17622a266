using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Applies each kind of change to the tables, within its batch's transaction.</summary>
internal sealed class ChangeWriter(DatabaseTables tables, ImportTable imports)
{
    public void Apply(LogChange change)
    {
        switch (change)
        {
            case LogChange.KeepPrincipal { Record: var principal }: tables.Principals.Upsert(principal); break;
            case LogChange.EndPrincipal end: End(end.Id); break;
            case LogChange.ReserveRooms ids: tables.Meta.ReservedRooms = ids.Below; break;
            case LogChange.ReservePrincipals ids: tables.Meta.ReservedPrincipals = ids.Below; break;
            case LogChange.LimitRoom { Room: var room }: tables.Rooms.Keep(room); break;
            case LogChange.SetRoom { Room: var room }: tables.Rooms.Set(room); break;
            case LogChange.KeepStanding kept: tables.Rooms.Keep(kept.Room, kept.Standing); break;
            case LogChange.KeepPublisher { Record: var publisher }: tables.Publishers.Upsert(publisher); break;
            case LogChange.KeepPostKey { Record: var post }: tables.Messages.PostKeys.Insert(post); break;
            case LogChange.KeepAmendment { Record: var amendment }: tables.Messages.Amendments.Upsert(amendment); break;
            case LogChange.SetReaction set: tables.Messages.Reactions.Set(set.Record, set.On); break;
            case LogChange.EndReactions end: tables.Messages.Reactions.DeleteTo(end.Room, end.Seq); break;
            case LogChange.KeepThreaded kept: tables.Messages.Threads.Insert(kept.Room, kept.Root, kept.Seq); break;
            case LogChange.EndPublisher { End: var end }: tables.Publishers.End(end); break;
            case LogChange.Block { Record: var block }: tables.Blocks.Insert(block); break;
            case LogChange.KeepMarker { Record: var marker }: tables.Markers.Upsert(marker); break;
            case LogChange.EndMarker end: tables.Markers.Delete(end.Principal, end.Room); break;
            case LogChange.Unblock unblock: tables.Blocks.Delete(unblock.Owner, unblock.Blocked); break;
            case LogChange.KeepAccount { Record: var account }: tables.Accounts.Upsert(account); break;
            case LogChange.EndAccount end: tables.Accounts.Delete(end.Principal); break;
            case LogChange.KeepToken { Record: var token }: tables.Tokens.Upsert(token); break;
            case LogChange.EndToken end: tables.Tokens.Delete(end.Number); break;
            case LogChange.KeepInvitation { Record: var invitation }: tables.Invitations.Upsert(invitation); break;
            case LogChange.EndInvitation end: tables.Invitations.Delete(end.Number); break;
            case LogChange.Ban { Record: var ban }: tables.Bans.Upsert(ban); break;
            case LogChange.Unban unban: tables.Bans.Delete(unban.Number); break;
            case LogChange.EndBans ends: tables.Bans.DeleteEnded(ends.Through); break;
            case LogChange.Audit audit: tables.Audit.Append(audit); break;
            case LogChange.TrimAudit trim: tables.Audit.Trim(trim); break;
            case LogChange.SetModeratorsRoom set: tables.Meta.ModeratorsRoom = set.Room; break;
            case LogChange.KeepReport { Record: var report }: tables.Reports.Insert(report); break;
            case LogChange.EndReports ends: tables.Reports.DeleteOld(ends.Through); break;
            case LogChange.RemoveRoom removal: tables.RemovedRooms.Remove(removal); break;
            case LogChange.ImportSome some: imports.Store(some.Import, some.Part); break;
            case LogChange.FinishImport finish: imports.Finish(finish); break;
            case LogChange.UndoImport: imports.Undo(); break;
            // Prepared before the transaction, and applied with the other rewrites (SegmentRewrites).
            case Erasure or Expiry: break;
            default: throw new InvalidOperationException($"There is no table for {change}.");
        }
    }

    private void End(ulong principal)
    {
        tables.Principals.Delete(principal);
        tables.Markers.DeleteOf(principal);
    }
}
