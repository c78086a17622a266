using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>What goes first in the hub's queue, always gets in, and never waits behind clients.</summary>
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

    /// <summary>The log has read.</summary>
    public sealed record ReadDone(LogRead Read, LogFound? Found) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.ReadDone(Read, Found);
    }

    /// <summary>The log has done what takes long.</summary>
    public sealed record ChoreDone(LogChore Chore, LogChoreResult Result) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.ChoreDone(Chore, Result);
    }

    /// <summary>A connection was made.</summary>
    public sealed record Connected(Connection Connection) : HubInput
    {
        public override void Apply(ChatHub hub) => Connection.Enter(hub);
    }

    /// <summary>The kernel took what a socket had no room for.</summary>
    public sealed record Sent(SendQueue Queue, int Bytes) : HubInput
    {
        public override void Apply(ChatHub hub) => Queue.Sent(Bytes);
    }

    /// <summary>A while has passed since a socket had too little room.</summary>
    public sealed record RoomAgain(SendQueue Queue) : HubInput
    {
        public override void Apply(ChatHub hub) => Queue.TryAgain();
    }

    /// <summary>A connection's queue takes more.</summary>
    public sealed record Drained(Connection Connection) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Drained(Connection.Session!);
    }

    /// <summary>How much room is left where the log lies, and whether that is little.</summary>
    public sealed record Storage(bool IsLow, ulong Free, ulong Floor) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.StorageIs(IsLow, Free, Floor);
    }

    /// <summary>A connection without a session asks whether its address is banned.</summary>
    public sealed record FindBan(Origin Origin, AddressRange Address, TaskCompletionSource<Error?> Answer) : HubInput
    {
        public override void Apply(ChatHub hub) => Answer.SetResult(hub.FindBan(Origin, Address));
    }

    /// <summary>The server is to end.</summary>
    public sealed record Drain(ShutdownOrder Order) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Drain(Order);
    }
}
