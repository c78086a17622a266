namespace ChatProtocol.Hub;

/// <summary>
/// What the audit log says of a request beside who made it: a row of the table of verbs makes it from the request. Texts that users
/// have said, and secrets, have no place in it.
/// </summary>
/// <param name="Name">The user's name that the request is about.</param>
/// <param name="Session">The number of the connection that it is about.</param>
/// <param name="Room">The id of the room that it is about.</param>
/// <param name="Place">The address or path that it is about.</param>
/// <param name="Reason">The reason given; empty for none.</param>
/// <param name="IsRead">Whether it only reads what is not the asker's own, which is recorded once in a while (CP-AUD-004).</param>
internal sealed record AuditSubject(string? Name = null, ulong? Session = null, ulong? Room = null, string? Place = null, string Reason = "", bool IsRead = false)
{
    /// <summary>A request about the server, or about the asker itself.</summary>
    public static AuditSubject Nobody { get; } = new();

    /// <summary>A request that reads of everybody.</summary>
    public static AuditSubject Reading { get; } = new(IsRead: true);
}
