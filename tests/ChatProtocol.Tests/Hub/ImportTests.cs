using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>What the hub does while a log imports.</summary>
public sealed class ImportTests
{
    private static readonly ImportPart Part = new([], []) { IsFirst = true };

    private readonly HubBench _bench = new();
    private readonly HubClient _admin;

    // The task that the log has, which is taken off its queue, so that settling does not answer it.
    private MaintenanceTask? _task;

    public ImportTests() => _admin = _bench.LogInAdmin();

    [Spec("CP-EXP-010")]
    [Fact]
    public void One_import_is_done_at_a_time()
    {
        Begin(OfRoom("tea"));

        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Import(id, "/other")));
        Finish();
        Begin(OfRoom("other"));
    }

    [Spec("CP-EXP-013")]
    [Fact]
    public void A_name_is_kept_for_the_room_that_is_being_imported_and_is_free_again_if_it_is_not()
    {
        var ann = _bench.LogIn("ann");
        var asked = Begin(OfRoom("tea"));

        Assert.Contains("just being imported", ann.Ask<Error>(id => new Open(id, "TEA", Create: true)).Text, StringComparison.Ordinal);
        Answer(new MaintenanceResult("the file was changed while it was read") { Reason = ErrorCode.InvalidValue });
        Assert.Equal("the file was changed while it was read", ((Error)_admin.AnswerTo(asked)!).Text);
        _bench.Settle();
        Assert.Equal("tea", ann.Open("tea").Name);
    }

    [Spec("CP-EXP-010", "CP-EXP-015")]
    [Fact]
    public void A_room_that_is_imported_gets_an_id_of_its_own_and_its_authors_ids_that_nobody_else_gets()
    {
        var import = OfRoom("tea");
        var ann = _bench.LogIn("ann");
        var asked = Begin(import);
        var made = ann.Open("new").Room;
        Finish();

        Assert.Equal(new Imported(asked, 1, 3, 0, false, "tea", import.Room), _admin.AnswerTo(asked));
        Assert.NotEqual(import.Room, made);
        Assert.True(import.FirstAuthor > ann.Principal);
        Assert.True(_bench.LogIn("bob").Principal >= import.FirstAuthor + import.Authors);
    }

    [Spec("CP-EXP-010")]
    [Fact]
    public void What_was_stored_of_a_room_is_removed_where_the_rest_cannot_be_stored()
    {
        var import = OfRoom("tea");
        var asked = Begin(import);
        Answer(new MaintenanceResult(null) { Part = Part });
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, ((Error)_admin.AnswerTo(asked)!).Reason);
        _bench.Hub.Flush();
        Assert.Equal(import.Room, Assert.Single(_bench.Log.UnderWay!.Changes.OfType<LogChange.RemoveRoom>()).Room);
    }

    [Spec("CP-EXP-012")]
    [Fact]
    public void While_a_server_is_imported_nobody_is_let_in_and_an_admin_may_look_and_stop_it()
    {
        var waiting = _bench.Greet();
        var asked = Begin(OfServer());

        var refused = waiting.Ask<Error>(id => HubClient.GuestLogin(id, "ann"));
        Assert.Equal((ErrorCode.LogUnavailable, 1000ul), (refused.Reason, refused.RetryAfter));
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Broadcast(id, "hello")));
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new CreateAccount(id, "ann", 1, HubClient.PasswordOf("ann"))));
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Import(id, "/other")));
        _admin.Ask<StatusReport>(id => new Status(id));
        _admin.Ask<SessionList>(id => new Sessions(id, 0));
        _admin.Ask<Pong>(id => new Ping(id));
        Assert.Equal("admin", _bench.LogInAdmin().LoggedIn!.Name);

        Finish(import => import.Lobby = new RoomRecord(1, RoomKind.Public, "lobby", 5, 10, 1, 0) { Head = 9, Oldest = 3 });
        Assert.Equal(new Imported(asked, 12, 3, 2, true), _admin.AnswerTo(asked));
        Assert.Equal(12ul, _admin.Ask<StatusReport>(id => new Status(id)).Rooms);
        var ann = _bench.LogIn("ann");
        Assert.True(ann.Principal > 5000);
        Assert.Equal((5ul, 10ul, 9ul, 3ul), ann.Join("lobby") is var lobby ? (lobby.Epoch, lobby.First, lobby.Head, lobby.Oldest) : default);
    }

    [Spec("CP-EXP-012")]
    [Fact]
    public void A_server_into_which_nothing_could_be_imported_lets_people_in_once_everything_is_removed()
    {
        var asked = Begin(OfServer());
        Answer(new MaintenanceResult(null) { Part = Part });
        _bench.Fail();
        Assert.Equal(ErrorCode.LogUnavailable, ((Error)_admin.AnswerTo(asked)!).Reason);
        Assert.Equal(ErrorCode.LogUnavailable, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann")));

        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();

        Assert.Equal("ann", _bench.LogIn("ann").LoggedIn!.Name);
    }

    [Spec("CP-EXP-012")]
    [Fact]
    public void A_server_is_not_imported_where_somebody_is_in_memory_alone()
    {
        _bench.LogIn("ann", key: "");
        var asked = Ask();
        Answer(new MaintenanceResult(null) { Import = OfServer() });

        Assert.Equal(ErrorCode.InvalidValue, ((Error)_admin.AnswerTo(asked)!).Reason);
    }

    [Spec("CP-EXP-010")]
    [Fact]
    public void Nothing_is_imported_that_the_disk_has_no_room_for()
    {
        _bench.Hub.StorageIs(low: false, free: 1_100_000_000, floor: 1_000_000_000);
        var asked = Ask();
        Answer(new MaintenanceResult(null) { Import = OfRoom("tea") });

        Assert.Equal("the import needs 133554432 bytes, and 1100000000 are left on the disk, of which 1000000000 stay free (--disk-floor)", ((Error)_admin.AnswerTo(asked)!).Text);
        Assert.IsType<MaintenanceTask.CloseImport>(_task);
    }

    private static FakeImport OfRoom(string name) => new() { IsWhole = false, Name = name, Rooms = 1, Entries = 3, Accounts = 0, Authors = 2, Bytes = 100_000_000 };

    private static FakeImport OfServer() => new() { IsWhole = true, Rooms = 12, Entries = 3, Accounts = 2, LastRoom = 400, LastPrincipal = 5000, Bytes = 1000 };

    /// <summary>Asks for an import up to where its first part is read.</summary>
    private ulong Begin(LogImport import)
    {
        var asked = Ask();
        Answer(new MaintenanceResult(null) { Import = import });
        Assert.IsType<MaintenanceTask.ReadImport>(_task);
        return asked;
    }

    private ulong Ask()
    {
        var asked = _admin.Send(id => new Import(id, "/file"));
        _task = _bench.Log.MaintenanceTasks.Dequeue();
        return asked;
    }

    /// <summary>Reads the only part, and stores it.</summary>
    private void Finish(Action<LogImport>? stored = null)
    {
        var import = ((MaintenanceTask.ReadImport)_task!).Import;
        Answer(new MaintenanceResult(null) { Part = Part with { IsLast = true } });
        stored?.Invoke(import);
        _bench.MaintenanceResult = new MaintenanceResult(null);
        _bench.Settle();
    }

    private void Answer(MaintenanceResult result)
    {
        _bench.Hub.MaintenanceDone(_task!, result);
        _bench.Work();
        _bench.Log.MaintenanceTasks.TryDequeue(out _task);
    }

    private sealed class FakeImport : LogImport;
}
