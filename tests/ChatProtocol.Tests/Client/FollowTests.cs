using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Messages of a room from a cursor on, past and live.</summary>
public sealed class FollowTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-DEL-012")]
    [Fact(Timeout = 60_000)]
    public async Task Reading_from_a_cursor_crosses_from_the_past_to_what_comes_without_a_seam()
    {
        await using var server = await TestServer.StartAsync();
        await using var writer = await ConnectAsync(server, "writer");
        await using var reader = await ConnectAsync(server, "reader");
        var room = await writer.OpenAsync("tea", create: true, Stop);
        await PostAsync(room, 1, 300);
        var posting = Task.CompletedTask;

        var seqs = new List<ulong>();
        await foreach (var said in reader.MessagesAsync("tea", ChatCursor.At(100), cancellationToken: Stop))
        {
            seqs.Add(said.Message.Seq);
            Assert.Equal($"{said.Message.Seq}", said.Message.Text.ToString());
            if (seqs.Count == 50)
                posting = PostAsync(room, 301, 300);
            if (seqs.Count == 500)
                break;
        }
        await posting;

        Assert.Equal(Enumerable.Range(101, 500).Select(seq => (ulong)seq), seqs);
        // The room was left, and can be read again.
        Assert.Equal(1UL, (await reader.MessagesAsync("tea", ChatCursor.Beginning, cancellationToken: Stop).FirstAsync(Stop)).Message.Seq);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_store_has_the_place_behind_the_last_message_that_was_handled()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await using var writer = await ConnectAsync(server, "writer");
        var room = await writer.OpenAsync("tea", create: true, Stop);
        await PostAsync(room, 1, 20);

        var first = await ReadAsync(server, folder, count: 8);
        await PostAsync(room, 21, 5);
        var second = await ReadAsync(server, folder, count: 18);

        Assert.Equal(Enumerable.Range(1, 8).Select(seq => (ulong)seq), first);
        // The eighth was not handled yet when the loop ended within it.
        Assert.Equal(Enumerable.Range(8, 18).Select(seq => (ulong)seq), second);
        Assert.Equal($"{room.Epoch}:24 tea", (await File.ReadAllTextAsync(folder.File("cursors"), Stop)).Trim());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_first_run_has_a_place_in_the_store_before_its_first_message()
    {
        await using var server = await TestServer.StartAsync();
        await using var writer = await ConnectAsync(server, "writer");
        var room = await writer.OpenAsync("tea", create: true, Stop);
        await PostAsync(room, 1, 3);
        var cursors = new MemoryCursorStore();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using (var reader = await ConnectAsync(server, "reader"))
        {
            await using var reading = reader.MessagesAsync("#tea", cursors: cursors, cancellationToken: stop.Token).GetAsyncEnumerator(Stop);
            var waiting = reading.MoveNextAsync();
            await Eventually.TrueAsync(() => cursors.Cursors.ContainsKey("tea"), "the first cursor is saved");
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        }
        await PostAsync(room, 4, 1);

        await using var again = await ConnectAsync(server, "reader");
        Assert.Equal(4UL, (await again.MessagesAsync("tea", cursors: cursors, cancellationToken: Stop).FirstAsync(Stop)).Message.Seq);
    }

    [Spec("CP-DEL-019")]
    [Fact(Timeout = 30_000)]
    public async Task A_cursor_of_an_epoch_that_is_over_goes_back_to_the_last_place_in_common()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var cursors = new MemoryCursorStore();
        await cursors.SaveAsync("tea", ChatCursor.At(9, 70), Stop);
        var reading = client.MessagesAsync("tea", cursors: cursors, cancellationToken: Stop).FirstAsync(Stop).AsTask();
        var join = await peer.AnswerAsync<Join>(j => new Error(j.Id, ErrorCode.EpochChanged, "another epoch") { Value = 5 });
        var again = await peer.AnswerAsync<Join>(j => new RoomInfo(j.Id, 5, RoomKind.Public, "tea", 77, 6, 6, 5, null));
        await peer.SendAsync(ScriptedPeer.Entry(6));

        Assert.Equal(6UL, (await reading).Message.Seq);
        Assert.Equal((9UL, 70UL, 5UL, null), (join.After!.Value, join.Epoch!.Value, again.After!.Value, again.Epoch));
        Assert.Equal(ChatCursor.At(5, 77), cursors.Cursors["tea"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reading_fails_with_what_ended_it_and_not_as_if_all_were_said()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var removed = ReadToEndAsync("tea", 5);
        await AnswerAsync("tea", 5);
        await peer.SendAsync(new RoomRemoved(5));
        Assert.Equal(ErrorCode.NoSuchRoom, (await Assert.ThrowsAsync<ChatException>(() => removed)).Code);

        var banned = ReadToEndAsync("milk", 6);
        await AnswerAsync("milk", 6);
        await peer.SendAsync(new Expelled(6, "too loud"));
        var failure = await Assert.ThrowsAsync<ChatException>(() => banned);
        Assert.Equal((ErrorCode.BannedFromRoom, true), (failure.Code, failure.Message.Contains("too loud", StringComparison.Ordinal)));

        var lost = ReadToEndAsync("jam", 7);
        await AnswerAsync("jam", 7);
        peer.Close();
        Assert.Equal(ChatFailure.Disconnected, (await Assert.ThrowsAsync<ChatException>(() => lost)).Failure);

        Task ReadToEndAsync(string name, ulong id) => client.MessagesAsync(name, cancellationToken: Stop).ToListAsync(Stop).AsTask();
        Task AnswerAsync(string name, ulong id) => peer.AnswerAsync<Join>(j => new RoomInfo(j.Id, id, RoomKind.Public, name, 77, 1, 0, 0, null));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_of_cursors_keeps_several_rooms_and_names_with_blanks()
    {
        using var folder = new TemporaryFolder();
        using (var store = new FileCursorStore(folder.File("deep/er/cursors")))
        {
            Assert.Null(await store.LoadAsync("tea", Stop));
            await store.SaveAsync("tea", ChatCursor.At(3, 7), Stop);
            await store.SaveAsync("@ann of old", ChatCursor.At(4), Stop);
            await store.SaveAsync("TEA", ChatCursor.At(5, 7), Stop);
        }

        using var again = new FileCursorStore(folder.File("deep/er/cursors"));
        Assert.Equal(ChatCursor.At(5, 7), await again.LoadAsync("tea", Stop));
        Assert.Equal(ChatCursor.At(4), await again.LoadAsync("@ann of old", Stop));
        Assert.Null(await again.LoadAsync("milk", Stop));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("12:3")]
    [InlineData("12:3 ")]
    [InlineData("tea 12:3")]
    [InlineData("{ \"tea\": 3 }")]
    public async Task A_file_that_is_none_of_cursors_is_refused_and_left_as_it_is(string content)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("cursors"), content, Stop);
        using var store = new FileCursorStore(folder.File("cursors"));

        var refused = await Assert.ThrowsAsync<InvalidDataException>(async () => await store.SaveAsync("tea", ChatCursor.At(3), Stop));

        Assert.Contains(content, refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(folder.File("cursors"), Stop));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_cannot_be_written_keeps_the_cursor_before()
    {
        using var folder = new TemporaryFolder();
        using var store = new FileCursorStore(folder.File("cursors"));
        await store.SaveAsync("tea", ChatCursor.At(3), Stop);
        Directory.CreateDirectory(folder.File("cursors.new"));

        await Assert.ThrowsAnyAsync<Exception>(async () => await store.SaveAsync("tea", ChatCursor.At(4), Stop));

        Assert.Equal(ChatCursor.At(3), await store.LoadAsync("tea", Stop));
    }

    private static async Task<List<ulong>> ReadAsync(TestServer server, TemporaryFolder folder, int count)
    {
        using var cursors = new FileCursorStore(folder.File("cursors"));
        await using var reader = await ConnectAsync(server, "reader");
        var seqs = new List<ulong>();
        await foreach (var said in reader.MessagesAsync("tea", ChatCursor.Beginning, cursors, Stop))
        {
            seqs.Add(said.Message.Seq);
            if (seqs.Count == count)
                break;
        }
        return seqs;
    }

    private static Task<PostReceipt[]> PostAsync(ChatRoom room, int first, int count) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(number => room.PostAsync($"{number}", Stop)));

    private static Task<ChatClient> ConnectAsync(TestServer server, string name) => ChatClient.ConnectAsync(
        new ChatClientOptions { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = name, Secret = ScriptedServer.Secret }, Stop);
}
