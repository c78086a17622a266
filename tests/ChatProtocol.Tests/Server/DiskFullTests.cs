using System.Runtime.InteropServices;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A disk with nothing left on it.</summary>
[OneTry]
public sealed class DiskFullTests
{
    [Spec("CP-DEL-001", "CP-DEL-003", "CP-DEL-015")]
    [Fact(Timeout = 60_000)]
    public async Task Posts_are_refused_while_the_disk_is_full_and_go_on_when_it_is_not_with_nothing_lost_or_twice()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartOnSmallDiskAsync(folder.Path, 5, "--listen", "tcp://127.0.0.1:0", "--disk-floor", "0");
        await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann", publisher: new byte[16]);
        var room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
        await using var bob = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("bob");

        var stored = 0ul;
        Post Next() => ann.PostOf(room, TextOf(stored + 1), stored + 1);
        for (; await AnswerAsync(ann, Next()) is Posted posted; stored++)
            Assert.Equal(stored + 1, posted.Seq);
        Assert.InRange(stored, 10ul, 1000ul);
        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(await AnswerAsync(ann, Next())).Reason);
        await bob.JoinAsync("tea", after: 0);
        for (var seq = 1ul; seq <= stored; seq++)
            Assert.Equal((seq, TextOf(seq)), await bob.UntilAsync<Message>() is var m ? (m.Seq, m.Text.ToString()) : default);

        chatd.MakeRoom();
        Assert.Equal(stored + 1, (await ann.AskAsync<Posted>(Next())).Seq);
        Assert.Equal(stored + 1, (await bob.UntilAsync<Message>()).Seq);
        chatd.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await chatd.ExitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Below_the_floor_posts_are_refused_with_the_reason_while_reading_and_admins_go_on_until_there_is_room()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartOnSmallDiskAsync(folder.Path, 8, "--listen", "tcp://127.0.0.1:0", "--disk-floor", "6451K", "--search", "off");
        await chatd.SaysAsync("less than the floor of 6.3 MiB (--disk-floor): nothing is posted until there is more");
        await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
        var room = (await ann.JoinAsync("lobby")).Room;
        await using var admin = await (await RawClient.ConnectAsync(chatd.AdminSocket)).LogInAsAdminAsync();

        var refused = Assert.IsType<Error>(await AnswerAsync(ann, ann.PostOf(room, "hello")));
        Assert.Equal((ErrorCode.LogUnavailable, "the server's disk is almost full, so nothing is posted until there is room again; reading goes on"), (refused.Reason, refused.Text));
        Assert.NotNull(refused.RetryAfter);
        var said = await admin.AskAsync<Posted>(new Broadcast(admin.NextId(), "the disk is almost full"));
        Assert.Equal("the disk is almost full", (await ann.UntilAsync<Message>()).Text.ToString());
        await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, said.Seq!.Value));

        chatd.MakeRoom();
        await chatd.SaysAsync("posts are taken");
        await ann.AskAsync<Posted>(ann.PostOf(room, "there is room again"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_floor_is_noticed_in_time_however_fast_a_small_disk_is_filled_so_that_newcomers_and_admins_go_on_and_expiry_makes_room()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartOnSmallDiskAsync(folder.Path, 24, "--listen", "tcp://127.0.0.1:0");
        await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
        var room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
        Frame? answer;
        do
            answer = await AnswerAsync(ann, ann.PostOf(room, TextOf(0)));
        while (answer is not Error);
        Assert.Contains("almost full", ((Error)answer).Text, StringComparison.Ordinal);

        await using var bob = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("bob");
        await using var admin = await (await RawClient.ConnectAsync(chatd.AdminSocket)).LogInAsAdminAsync();
        var status = await admin.AskAsync<StatusReport>(new Status(admin.NextId()));
        Assert.InRange(status.Free!.Value, 1ul, status.Floor!.Value);
        await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, 1));
        Assert.Equal(3ul, (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, true, null, 3, null))).Count);

        await chatd.SaysAsync("posts are taken");
        await ann.AskAsync<Posted>(ann.PostOf(room, "what expired made room"));
    }

    [Spec("CP-ADM-008")]
    [Theory(Timeout = 60_000)]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task A_server_with_something_left_to_store_ends_within_its_grace_time_and_ends_well_if_there_is_room_by_then(bool makesRoom, int exitCode)
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartOnSmallDiskAsync(
            folder.Path, 5, "--listen", "tcp://127.0.0.1:0", "--disk-floor", "0", "--stop-grace", makesRoom ? "50s" : "3s");
        await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
        chatd.FillDisk();
        await using var bob = await RawClient.ConnectAsync(chatd.Tcp);
        await bob.SendAsync(bob.Hello());
        await bob.ReceiveAsync<Welcome>();
        Assert.Equal(ErrorCode.LogUnavailable, (await bob.AskAsync<Error>(bob.LoginOf("bob"))).Reason);

        chatd.Signal(PosixSignal.SIGTERM);
        await chatd.SaysAsync("stopping");
        if (makesRoom)
            chatd.MakeRoom();

        Assert.Equal(exitCode, await chatd.ExitAsync());
        Assert.Equal(makesRoom, !(await chatd.Error).Contains("the server ended before its last records were stored", StringComparison.Ordinal));
    }

    private static string TextOf(ulong seq) => $"{seq} {new string('x', 30_000)}";

    private static async Task<Frame?> AnswerAsync(RawClient client, Post post)
    {
        await client.SendAsync(post);
        return await client.ReceiveAsync();
    }
}
