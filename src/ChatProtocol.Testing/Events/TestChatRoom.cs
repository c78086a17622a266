using System.Runtime.CompilerServices;
using ChatProtocol.Client;

namespace ChatProtocol.Testing;

/// <summary>Makes a <see cref="ChatRoom"/> that is no client's: it shows what it was made with, and every call on it fails as one on a client that is over.</summary>
public static class TestChatRoom
{
    /// <summary>Makes a room.</summary>
    /// <param name="name">The room's name, or the peer's of a private room.</param>
    /// <param name="id">The room's id.</param>
    /// <param name="kind">Public, private or by invitation.</param>
    /// <param name="topic">What it is about.</param>
    /// <param name="head">The seq of its last entry; 0 for none.</param>
    /// <param name="role">The role that the client has there.</param>
    /// <param name="peer">The other principal of a private room.</param>
    public static ChatRoom Create(
        string name = "lobby", ulong id = 1, RoomKind kind = RoomKind.Public, string topic = "", ulong head = 0, RoomRole role = RoomRole.None, ulong? peer = null)
    {
        var address = kind == RoomKind.ByInvitation ? RoomAddress.OfId(id) : new RoomAddress(kind, name);
        var info = new RoomInfo(1, id, kind, name, Epoch: 1, First: 1, head, Cursor: head, peer, Topic: topic, Role: role);
        return new ChatRoom(Nobody.Instance, new RoomIdentity(address, peer) { Id = id }, info, PresenceMode.None);
    }

    private sealed class Nobody : IRoomRequests
    {
        public static Nobody Instance { get; } = new();

        public ChatAddress Address => ChatAddress.Default;

        public Limits Limits => Limits.Default;

        private static ChatException Refusal => ChatException.Disconnected($"this room is of no client: {nameof(TestChatRoom)} has made it").For(isSent: false, isOver: true);

        public Task<TResult> CallAsync<TResult>(Call<TResult> call, CancellationToken cancellationToken) => Task.FromException<TResult>(Refusal);

        public Task<TResult> CallAsync<TReply, TResult>(
            Func<ulong, Request> request, Func<TReply, TResult> answer, CancellationToken cancellationToken, bool mayRepeat = true)
            where TReply : Reply => Task.FromException<TResult>(Refusal);

        public async IAsyncEnumerable<ChatEvent> EventsAsync(RoomState room, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.FromException(Refusal).ConfigureAwait(false);
            yield break;
        }

        public Task LeaveAsync(RoomState room, CancellationToken cancellationToken) => Task.FromException(Refusal);
    }
}
