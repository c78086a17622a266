using ChatProtocol.Client;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>What is unread, as a program has it.</summary>
public sealed class MarkerTests : IAsyncDisposable
{
    private readonly ChatTestServer _server = new();
    private readonly List<ChatClient> _clients = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Spec("CP-MRK-001", "CP-MRK-013")]
    [Fact(Timeout = 30_000)]
    public async Task A_room_counts_on_from_what_was_told_and_another_device_moves_it()
    {
        var (desk, phone, ann) = (await ConnectAsync("bob"), await ConnectAsync("bob"), await ConnectAsync("ann"));
        var (room, there, said) = (await desk.JoinAsync("tea", cancellationToken: Stop), await phone.JoinAsync("tea", cancellationToken: Stop), await ann.JoinAsync("tea", cancellationToken: Stop));
        await PostAsync(said, 3);
        await TakeAsync(desk, 3);
        Assert.Null(room.Unread);
        Assert.Equal(new ChatUnread { Marker = 2, Count = 1, Head = 3 }, await room.MarkReadAsync(2, Stop));
        Assert.Equal(new ChatUnread { Marker = 3, Head = 3 }, await room.MarkReadAsync(cancellationToken: Stop));

        await PostAsync(said, 2);
        await TakeAsync(desk, 2);
        Assert.Equal(new ChatUnread { Marker = 3, Count = 2, Head = 5 }, room.Unread);
        await there.MarkReadAsync(4, Stop);
        await _server.AdvanceAsync(TimeSpan.FromMilliseconds(300));
        var moved = await desk.EventsAsync(Stop).OfType<MarkerMoved>().FirstAsync(Stop);
        Assert.Equal((room, room.Id, new ChatUnread { Marker = 4, Count = 1, Head = 5 }), (moved.Room, moved.RoomId, moved.Unread));
        Assert.Equal(moved.Unread, room.Unread);
        await room.PostAsync("I have read it", Stop);
        await desk.EventsAsync(Stop).OfType<MessageReceived>().FirstAsync(Stop);
        Assert.Equal((6UL, 0UL), (room.Unread!.Marker, room.Unread.Count));
    }

    [Spec("CP-MRK-003")]
    [Fact(Timeout = 30_000)]
    public async Task What_is_erased_is_not_unread_whether_it_was_told_or_came_since()
    {
        var (bob, ann) = (await ConnectAsync("bob"), await ConnectAsync("ann"));
        var (room, said) = (await bob.JoinAsync("tea", cancellationToken: Stop), await ann.JoinAsync("tea", cancellationToken: Stop));
        await PostAsync(said, 3);
        await TakeAsync(bob, 3);
        await room.MarkReadAsync(1, Stop);
        await PostAsync(said, 1);
        await TakeAsync(bob, 1);
        Assert.Equal(3UL, room.Unread!.Count);
        var admin = await _server.ConnectAdminAsync(Stop);
        _clients.Add(admin);
        await admin.Admin.EraseAsync(said.Id, 2, Stop);
        await admin.Admin.EraseAsync(said.Id, 4, Stop);
        await bob.EventsAsync(Stop).OfType<MessageErased>().Take(2).CountAsync(Stop);
        Assert.Equal((1UL, 1UL), (room.Unread.Count, (await room.MarkReadAsync(0, Stop)).Count));
    }

    [Spec("CP-MRK-008")]
    [Fact(Timeout = 30_000)]
    public async Task The_rooms_are_listed_with_what_is_unread_there()
    {
        var (bob, ann) = (await ConnectAsync("bob"), await ConnectAsync("ann"));
        var said = await ann.JoinAsync("tea", cancellationToken: Stop);
        var talk = await ann.OpenAsync("@bob", cancellationToken: Stop);
        await PostAsync(said, 3);
        await PostAsync(talk, 1);
        await (await bob.OpenAsync("tea", cancellationToken: Stop)).MarkReadAsync(1, Stop);

        var listed = await bob.UnreadAsync(Stop).ToListAsync(Stop);
        Assert.Equal([(said.Id, 2UL), (talk.Id, 1UL)], listed.Select(room => (room.RoomId, room.Unread.Count)));
    }

    private async Task<ChatClient> ConnectAsync(string name)
    {
        var client = await ChatClient.ConnectAsync(_server.OptionsFor(name), Stop);
        _clients.Add(client);
        return client;
    }

    private static async Task PostAsync(ChatRoom room, int count)
    {
        for (var i = 0; i < count; i++)
            await room.PostAsync($"text {i}", Stop);
    }

    private static async Task TakeAsync(ChatClient client, int messages) => await client.EventsAsync(Stop).OfType<MessageReceived>().Take(messages).CountAsync(Stop);
}
