using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The work of a server between two looks at it.</summary>
/// <param name="Status">The status at the end.</param>
/// <param name="Before">The status at the beginning.</param>
/// <param name="Span">The time between them.</param>
/// <param name="Rooms">The busiest rooms, the busiest first.</param>
/// <param name="Readers">The sessions with the longest queues, the longest first.</param>
internal sealed record ServerActivity(
    ServerStatus Status, ServerStatus Before, TimeSpan Span, IReadOnlyList<BusyRoom> Rooms, IReadOnlyList<ChatSessionInfo> Readers)
{
    public double Posts => PerSecond(Status.Posts - Before.Posts);

    public double? Delivered => Status.Delivered is { } after && Before.Delivered is { } before ? PerSecond(after - before) : null;

    public double? Commits => Status.Commits is { } after && Before.Commits is { } before ? PerSecond(after - before) : null;

    /// <summary>The mean time of the commits between; null if there was none.</summary>
    public TimeSpan? CommitTime => Status.Commits - Before.Commits is > 0 and var commits ? (Status.CommitTime - Before.CommitTime) / commits : null;

    private double PerSecond(ulong count) => count / Span.TotalSeconds;
}

/// <summary>A room with the messages of a second.</summary>
internal sealed record BusyRoom(ChatRoomInfo Room, double Messages);
