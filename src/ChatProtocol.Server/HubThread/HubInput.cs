using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// An input that goes first in the hub's queue, is always taken, and never waits behind clients. Connections and send queues have
/// inputs of their own.
/// </summary>
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
    public sealed record ReadDone(EntryRead Read, EntryResult? Found) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.ReadDone(Read, Found);
    }

    /// <summary>The log has finished a search.</summary>
    public sealed record Searched(SearchRead Read, SearchResult? Found) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.SearchDone(Read, Found);
    }

    /// <summary>The log has looked up rooms and principals.</summary>
    public sealed record LookedUp(DirectoryLookup Read, DirectoryResult? Result) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.Found(Read, Result);
    }

    /// <summary>The log has finished a maintenance task, which takes long.</summary>
    public sealed record MaintenanceDone(MaintenanceTask Task, MaintenanceResult Result) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.MaintenanceDone(Task, Result);
    }

    /// <summary>A password was checked, or the hash of one made.</summary>
    public sealed record PasswordDone(PasswordTask Task, PasswordResult Result) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.PasswordDone(Task, Result);
    }

    /// <summary>The configuration was read again.</summary>
    public sealed record ReloadDone(Action<string?> Done, string? Complaint) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.ReloadDone(Done, Complaint);
    }

    /// <summary>How many bytes are free on the log's disk, and whether they are too few.</summary>
    public sealed record Storage(bool IsLow, ulong Free, ulong Floor) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.StorageIs(IsLow, Free, Floor);
    }

    /// <summary>The pin of the certificate that TLS clients are shown, and when it ends.</summary>
    public sealed record CertificateIs(CertificatePin Pin, DateTimeOffset End) : HubInput
    {
        public override void Apply(ChatHub hub) => hub.CertificateIs(Pin, End);
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
