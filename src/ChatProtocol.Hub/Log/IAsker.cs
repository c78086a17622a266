namespace ChatProtocol.Hub;

/// <summary>A session as it is known to everything that only answers it: rooms, the directory and the log.</summary>
internal interface IAsker
{
    /// <summary>Whether an answer still reaches it.</summary>
    bool IsReachable { get; }

    /// <summary>Sends it an answer.</summary>
    void Reply(Frame frame);
}

/// <summary>The refusals of requests.</summary>
internal static class Refusals
{
    public static void Refuse(
        this IAsker asker, ulong id, ErrorCode code, string text, ulong? value = null, string? field = null, ulong? retryAfter = null) =>
        asker.Reply(new Error(id, code, text, retryAfter, value, field));

    /// <summary>Refuses a request whose change could not be stored.</summary>
    public static void RefuseUnstored(this IAsker asker, ulong id) =>
        asker.Refuse(id, ErrorCode.LogUnavailable, "the server cannot store anything just now; try again", retryAfter: 1000);

    /// <summary>Refuses a request for a removed room in the same way as for one that never existed.</summary>
    public static void RefuseAsRemoved(this IAsker asker, ulong id) =>
        asker.Refuse(id, ErrorCode.NoSuchRoom, "there is no such room", field: "room");
}
