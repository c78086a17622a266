using ChatProtocol.Hub;
using ChatProtocol.Testing;

namespace ChatProtocol.Simulation;

/// <summary>The disk's handling of a batch, a read and a start: right, unless the run is of a broken variant.</summary>
internal sealed class Sabotage(World world)
{
    private List<Segment> _withoutPosts = [];
    private int _notFlushed;
    private bool _isDeaf;
    private LogBatch? _notStored;

    /// <summary>The number of times that the hub is told of a commit.</summary>
    public int TimesToTell => Is(BrokenVariant.CommitToldTwice) && world.Dice.Chance(0.05) ? 2 : 1;

    public bool NeverTells(LogBatch batch) => _isDeaf |= Is(BrokenVariant.CommitNeverTold) && batch.Segments.Count > 0 && world.Dice.Chance(0.01);

    /// <summary>Completes the deferred part of the previous batch when the next one begins.</summary>
    public void Appended(LogImage image)
    {
        _withoutPosts.ForEach(image.Replace);
        _withoutPosts = [];
        if (_notStored is { } late)
            StoreNow(image, late);
        _notStored = null;
    }

    public void Store(LogImage image, LogBatch batch)
    {
        if (Is(BrokenVariant.AckBeforeCommit))
            _notStored = batch;
        else
            StoreNow(image, batch);
    }

    /// <summary>The last entry that the log finds to be expired.</summary>
    public ulong Expired(MaintenanceTask task, ulong through) =>
        Is(BrokenVariant.ExpiredTooFar) && task is MaintenanceTask.FindExpired search ? Math.Max(through, search.Head) : through;

    /// <summary>Handles a failed batch, which leaves nothing behind.</summary>
    public void Lose(LogImage image, LogBatch batch)
    {
        if (!Is(BrokenVariant.TornBatch) || batch.Segments.Count == 0 || batch.Rooms.Count > 0)
            return;
        var half = OnDisk(batch.Segments[0]);
        image.Add(half);
        world.Ledger.Store(half);
    }

    public void Crash(LogImage image)
    {
        if (Is(BrokenVariant.LastBatchNotFlushed))
            image.Lose(_notFlushed);
        _notFlushed = 0;
        _withoutPosts = [];
        _notStored = null;
        _isDeaf = false;
    }

    public EntryResult Read(EntryResult found) => found with { Runs = Read([.. found.Runs]) };

    private List<EntryRun> Read(List<EntryRun> found)
    {
        if (Is(BrokenVariant.CatchUpSkipsBoundary) && found.Count > 1)
            found.RemoveAt(1);
        if (Is(BrokenVariant.DamageSpreads) && found.Exists(run => run.Segment is null))
            return [.. found.Select(run => run with { Segment = null })];
        if (Is(BrokenVariant.DamageSkipped))
            found.RemoveAll(run => run.Segment is null);
        return found;
    }

    public StartupContents Load(StartupContents contents, LogImage image) => world.Broken switch
    {
        BrokenVariant.PublishersForgotten => contents with { PublishersOf = _ => [], Replay = [] },
        BrokenVariant.ReplayOffByOne => contents with { Replay = [.. contents.Replay.SkipLast(1)] },
        BrokenVariant.TimeForgotten => contents with { NewestTime = 0, Rooms = Forget(contents.Rooms) },
        BrokenVariant.ReservedIdsForgotten => contents with { ReservedRooms = 0, ReservedPrincipals = 0 },
        BrokenVariant.StandingsForgotten or BrokenVariant.SettingsForgotten or BrokenVariant.StandingOfAnotherRoom => contents with { Rooms = [.. contents.Rooms.Select(room => Mistake(room, image))] },
        BrokenVariant.BansForgotten => contents with { Bans = [] },
        BrokenVariant.BlocksForgotten => contents with { Blocks = [] },
        BrokenVariant.DisabledForgotten => contents with { Accounts = Change(contents.Accounts, account => account with { IsDisabled = false }) },
        BrokenVariant.RoleForgotten => contents with { Accounts = Change(contents.Accounts, account => account with { Role = AccountRole.Member }) },
        _ => contents,
    };

    /// <summary>The answer of the directory, which the hub takes its rooms and principals from.</summary>
    public DirectoryResult Find(DirectoryResult found, LogImage image) => world.Broken switch
    {
        BrokenVariant.PublishersForgotten => found with { Publishers = [] },
        BrokenVariant.TimeForgotten => found with { Rooms = Forget(found.Rooms) },
        BrokenVariant.WrongPeer => found with { Rooms = [.. found.Rooms.Select(room => GiveAway(room, image))] },
        BrokenVariant.StandingsForgotten or BrokenVariant.SettingsForgotten or BrokenVariant.StandingOfAnotherRoom => found with { Rooms = [.. found.Rooms.Select(room => Mistake(room, image))] },
        BrokenVariant.BlocksForgotten => found with { Blocks = [] },
        BrokenVariant.DisabledForgotten => found with { Accounts = Change(found.Accounts, account => account with { IsDisabled = false }) },
        BrokenVariant.RoleForgotten => found with { Accounts = Change(found.Accounts, account => account with { Role = AccountRole.Member }) },
        BrokenVariant.LookUpFindsNothing when world.Dice.Chance(0.05) => new DirectoryResult(),
        _ => found,
    };

    /// <summary>Whether a failed batch is told as stored, so that the hub takes nothing back.</summary>
    public bool TakesForStored(LogBatch batch) => Is(BrokenVariant.LostChangeTaken) && batch.Changes.Exists(change => change is LogChange.KeepStanding or LogChange.SetRoom);

    private RoomRecord Mistake(RoomRecord room, LogImage image) => world.Broken switch
    {
        BrokenVariant.StandingsForgotten => room with { Standings = [] },
        BrokenVariant.SettingsForgotten => room with { Settings = RoomSettings.None },
        _ => room with { Standings = image.Rooms.Where(other => other != room.Id).Select(image.RecordOf).FirstOrDefault(other => other!.Standings.Count > 0)?.Standings ?? room.Standings },
    };

    private static List<RoomRecord> Forget(IEnumerable<RoomRecord> times) => [.. times.Select(room => room with { Time = 0 })];

    private void StoreNow(LogImage image, LogBatch batch)
    {
        List<Segment> segments = [.. batch.Segments.Select(OnDisk)];
        List<ulong> oldest = [.. batch.Changes.OfType<Expiry>().Select(expiry => image[expiry.Room].Oldest)];
        List<Segment?> erased = [.. batch.Changes.OfType<Erasure>().Select(erasure => image[erasure.Room].Find(erasure.Seq)?.Segment)];
        List<LogChange> all = [.. batch.Changes];
        batch.Changes.RemoveAll(change => IsForgotten(change, batch, image));
        image.Apply(batch, segments);
        batch.Changes.Clear();
        batch.Changes.AddRange(all);
        if (Is(BrokenVariant.ErasureNotStored))
            foreach (var text in erased.OfType<Segment>())
                image.Replace(text);
        world.Ledger.Admins.Store(batch);
        foreach (var segment in segments)
            world.Ledger.Store(segment);
        world.Ledger.Store(batch, oldest);
        _notFlushed = batch.Rooms.Count > 0 ? 0 : segments.Count;
        if (Is(BrokenVariant.PublishersOutsideTransaction))
            _withoutPosts = [.. batch.Segments];
    }

    /// <summary>Whether a change is told as durable, and is not stored.</summary>
    private bool IsForgotten(LogChange change, LogBatch batch, LogImage image) => (world.Broken, change) switch
    {
        (BrokenVariant.RemovalForgotten, LogChange.RemoveRoom) => true,
        (BrokenVariant.StandingNotStored, LogChange.KeepStanding) => true,
        (BrokenVariant.SettingsNotStored, LogChange.SetRoom) => true,
        (BrokenVariant.PasswordNotStored, LogChange.KeepAccount keep) => image.Accounts.Find(keep.Record.Principal) is { } before && !before.Password.Equals(keep.Record.Password),
        (BrokenVariant.RevocationNotStored, LogChange.EndToken) => true,
        (BrokenVariant.InvitationUseNotStored, LogChange.KeepInvitation keep) => image.Accounts.Invitations.Any(known => known.Number == keep.Record.Number),
        (BrokenVariant.InvitationUseNotStored, LogChange.EndInvitation) => true,
        (BrokenVariant.DeletionNotStored, LogChange.EndAccount) => true,
        (BrokenVariant.DeletionNotStored, LogChange.KeepPrincipal keep) => image.Accounts.Has(keep.Record.Id) && !keep.Record.HoldsName,
        (BrokenVariant.KeysNotStored, LogChange.KeepPostKey) => true,
        (BrokenVariant.GuestKeyKept, LogChange.KeepAccount keep) => IsOfGuest(keep.Record.Principal, image),
        (BrokenVariant.GuestKeyKept, LogChange.KeepPrincipal keep) => IsOfGuest(keep.Record.Id, image)
            && batch.Changes.OfType<LogChange.KeepAccount>().Any(account => account.Record.Principal == keep.Record.Id),
        _ => false,
    };

    /// <summary>Whether a principal is stored as a guest.</summary>
    private static bool IsOfGuest(ulong principal, LogImage image) => !image.Accounts.Has(principal) && image.Principals.Any(known => known.Id == principal);

    private static List<AccountRecord> Change(IEnumerable<AccountRecord> accounts, Func<AccountRecord, AccountRecord> change) => [.. accounts.Select(change)];

    /// <summary>The segment as read from a disk, by its bytes alone.</summary>
    private Segment OnDisk(Segment segment)
    {
        var bytes = segment.Bytes.ToArray();
        if (Is(BrokenVariant.OrderSwapped) && segment.Count > 1)
            bytes = [.. segment.Slice(1, segment.Count - 1).Span, .. segment.Slice(0, 1).Span];
        var posts = Is(BrokenVariant.PublishersOutsideTransaction) ? default : segment.Posts.ToArray();
        return new Segment(segment.Room, segment.First, segment.Time, bytes, posts, segment.Unsaid);
    }

    private static RoomRecord GiveAway(RoomRecord room, LogImage image) =>
        room.Kind == RoomKind.Private && image.Principals.FirstOrDefault(other => other.Id != room.Creator && other.Id != room.Peer) is { } other
            ? room with { Peer = Math.Max(room.Creator, other.Id), Creator = Math.Min(room.Creator, other.Id) }
            : room;

    private bool Is(BrokenVariant broken) => world.Broken == broken;
}
