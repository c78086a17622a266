namespace ChatProtocol;

/// <summary>Reads the fields behind a frame's code.</summary>
internal delegate Frame ReadFrame(ref FieldReader reader);

/// <summary>All frames of each direction; a new frame is a row here.</summary>
internal static class FrameTable
{
    private static readonly ReadFrame?[] ToServer = ByCode(
    [
        Row<Post>(),
        Row<Hello>(),
        Row<Login>(),
        Row<Join>(),
        Row<Leave>(),
        Row<Open>(),
        Row<History>(),
        Row<Search>(),
        Row<Rooms>(),
        Row<Members>(),
        Row<Nick>(),
        Row<Quit>(),
        Row<Ping>(),
        Row<Pong>(),
        Row<Taken>(),
        Row<Sessions>(),
        Row<Kick>(),
        Row<Tell>(),
        Row<Broadcast>(),
        Row<Status>(),
        Row<Shutdown>(),
        Row<Backup>(),
        Row<Verify>(),
        Row<Erase>(),
        Row<Retain>(),
        Row<AcceptTime>(),
        Row<Audit>(),
        Row<Block>(),
        Row<Unblock>(),
        Row<Blocks>(),
        Row<Ban>(),
        Row<Unban>(),
        Row<Bans>(),
        Row<RemoveRoom>(),
        Row<Export>(),
        Row<Import>(),
        Row<Register>(),
        Row<Account>(),
        Row<ChangePassword>(),
        Row<CreateToken>(),
        Row<Tokens>(),
        Row<RevokeToken>(),
        Row<Invite>(),
        Row<Invitations>(),
        Row<RevokeInvitation>(),
        Row<OwnSessions>(),
        Row<EndSession>(),
        Row<DeleteAccount>(),
        Row<CreateAccount>(),
        Row<Accounts>(),
        Row<ChangeAccount>(),
        Row<CreateRoom>(),
        Row<ChangeRoom>(),
        Row<SetRole>(),
        Row<Restrict>(),
        Row<RoomRoles>(),
        Row<Purge>(),
        Row<Report>(),
        Row<Edit>(),
        Row<Retract>(),
        Row<React>(),
        Row<Pin>(),
        Row<Pins>(),
        Row<ThreadMessages>(),
        Row<Reactions>(),
        Row<Trace>(),
        Row<Configuration>(),
        Row<Reload>(),
        Row<MarkRead>(),
        Row<Unread>(),
    ]);

    private static readonly ReadFrame?[] ToClient = ByCode(
    [
        Row<Ping>(),
        Row<Pong>(),
        Row<Message>(),
        Row<Posted>(),
        Row<Welcome>(),
        Row<Presence>(),
        Row<Ok>(),
        Row<Lag>(),
        Row<Gap>(),
        Row<Error>(),
        Row<Erased>(),
        Row<Notice>(),
        Row<Renamed>(),
        Row<LoggedIn>(),
        Row<PrivateRoom>(),
        Row<RoomInfo>(),
        Row<Page>(),
        Row<Found>(),
        Row<RoomList>(),
        Row<MemberList>(),
        Row<SessionList>(),
        Row<StatusReport>(),
        Row<Verified>(),
        Row<Exported>(),
        Row<Imported>(),
        Row<Retention>(),
        Row<BlockList>(),
        Row<BanList>(),
        Row<RoomRemoved>(),
        Row<AuditList>(),
        Row<Traced>(),
        Row<ConfigurationList>(),
        Row<AccountInfo>(),
        Row<TokenMade>(),
        Row<TokenList>(),
        Row<InvitationMade>(),
        Row<InvitationList>(),
        Row<AccountList>(),
        Row<RoomChanged>(),
        Row<RoleChanged>(),
        Row<PurgedEntries>(),
        Row<Edited>(),
        Row<Retracted>(),
        Row<Reacted>(),
        Row<Pinned>(),
        Row<Amended>(),
        Row<SeqList>(),
        Row<ReactionList>(),
        Row<Expelled>(),
        Row<Invited>(),
        Row<RoleList>(),
        Row<Purged>(),
        Row<Marker>(),
        Row<Marked>(),
        Row<UnreadList>(),
        Row<Bye>(),
    ]);

    /// <summary>The reader of a known frame; null for an unknown one.</summary>
    public static ReadFrame? Find(int code, Direction direction)
    {
        var table = direction == Direction.ToServer ? ToServer : ToClient;
        return (uint)code < (uint)table.Length ? table[code] : null;
    }

    private static (int Code, ReadFrame Read) Row<T>()
        where T : IKnownFrame => (T.FrameCode, T.Read);

    private static ReadFrame?[] ByCode(ReadOnlySpan<(int Code, ReadFrame Read)> rows)
    {
        var table = new ReadFrame?[256];
        foreach (var (code, read) in rows)
            table[code] = read;
        return table;
    }
}
