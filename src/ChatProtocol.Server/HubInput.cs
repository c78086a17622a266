using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>An input that goes first in the hub's queue, is always taken, and never waits behind clients.</summary>
internal abstract record HubInput
{
    public abstract void Apply(ChatHub hub);

    /// <summary>The log has stored a batch.</summary>
    public sealed record Committed(LogBatch Batch) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Committed(Batch);
    }

    /// <summary>The log could not store a batch.</summary>
    public sealed record CommitFailed(LogBatch Batch) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.CommitFailed(Batch);
    }

    /// <summary>The log has finished a read.</summary>
    public sealed record ReadDone(LogRead Read, LogFound? Found) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.ReadDone(Read, Found);
    }

    /// <summary>The log has looked up rooms and principals.</summary>
    public sealed record LookedUp(DirectoryRead Read, DirectoryFound? Result) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Found(Read, Result);
    }

    /// <summary>The log has finished a chore, a piece of work that takes long.</summary>
    public sealed record ChoreDone(LogChore Chore, LogChoreResult Result) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.ChoreDone(Chore, Result);
    }

    /// <summary>A connection was made.</summary>
    public sealed record Connected(Connection Connection) : HubInput
    {
        public override void Apply(ChatHub hub) => Connection.Enter(hub);
    }

    /// <summary>The kernel took bytes that a socket had no room for before.</summary>
    public sealed record Sent(SendQueue Queue, int Bytes) : HubInput
    {
        public override void Apply(ChatHub hub) => Queue.Sent(Bytes);
    }

    /// <summary>The retry delay of a socket that had too little room has passed.</summary>
    public sealed record RoomAgain(SendQueue Queue) : HubInput
    {
        public override void Apply(ChatHub hub) => Queue.TryAgain();
    }

    /// <summary>A connection's send queue has room again.</summary>
    public sealed record Drained(Connection Connection) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Drained(Connection.Session!);
    }

    /// <summary>How many bytes are free on the log's disk, and whether they are too few.</summary>
    public sealed record Storage(bool IsLow, ulong Free, ulong Floor) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.StorageIs(IsLow, Free, Floor);
    }

    /// <summary>A connection without a session asks whether its address is banned.</summary>
    public sealed record FindBan(Origin Origin, AddressRange Address, TaskCompletionSource<Error?> Answer) : HubInput
    {
        public override void Apply(ChatHub hub) => Answer.SetResult(hub.FindBan(Origin, Address));
    }

    /// <summary>The server is to stop.</summary>
    public sealed record Drain(ShutdownOrder Order) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Drain(Order);
    }
}
