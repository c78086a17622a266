namespace ChatProtocol.Client;

/// <summary>The part of a session that its rooms need.</summary>
internal interface IRoomRequests
{
    /// <summary>The server's address.</summary>
    ChatAddress Address { get; }

    /// <summary>The limits of the server.</summary>
    Limits Limits { get; }

    Task<TResult> CallAsync<TResult>(Call<TResult> call, CancellationToken cancellationToken);

    Task<TResult> CallAsync<TReply, TResult>(
        Func<ulong, Request> request, Func<TReply, TResult> answer, CancellationToken cancellationToken, bool mayRepeat = true)
        where TReply : Reply;

    IAsyncEnumerable<ChatEvent> EventsAsync(RoomState room, CancellationToken cancellationToken);

    Task LeaveAsync(RoomState room, CancellationToken cancellationToken);
}
