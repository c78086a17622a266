using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Status"/>: its counts and the free disk space.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Agent">The server program's name and version.</param>
/// <param name="Started">When the server started, in milliseconds since 1970 UTC.</param>
/// <param name="Sessions">Connections that are logged in.</param>
/// <param name="Rooms">Rooms, private ones included.</param>
/// <param name="Posts">Entries committed since the start.</param>
/// <param name="Queued">Bytes in the send queues of all connections.</param>
/// <param name="Free">Free bytes on the disk of the log; null if unknown.</param>
/// <param name="Floor">With fewer free bytes the server refuses posts; null if there is no such bound.</param>
/// <param name="Ahead">
/// How far the server's clock is ahead of its time, which does not follow it yet (CP-MSG-012), in milliseconds; null where it is not.
/// </param>
/// <param name="Behind">How far the server's clock is behind its time, which stands meanwhile, in milliseconds; null where it is not.</param>
/// <param name="Certificate">The pin of the certificate that TLS clients are shown (CP-TLS-005); null where TLS is not served.</param>
/// <param name="Connections">Connections, those that are not logged in included; null if the server does not tell, as below.</param>
/// <param name="Capacity">The most connections at once, those of admins aside.</param>
/// <param name="Delivered">Entries handed to sessions since the start, counted once for each session.</param>
/// <param name="Commits">Commits since the start.</param>
/// <param name="CommitTime">How long these took together, in microseconds.</param>
/// <param name="SlowestCommit">The longest commit of the last one to two minutes, in microseconds.</param>
/// <param name="Memory">Bytes of memory that the server's process occupies.</param>
/// <param name="CertificateEnd">When the certificate ends, in milliseconds since 1970 UTC.</param>
/// <param name="Audit">The head of the audit log, the number of its last record and its hash in hexadecimal, as <c>17:0a1b…</c>; null if the server does not tell.</param>
public sealed record StatusReport(
    ulong Id, string Agent, ulong Started, ulong Sessions, ulong Rooms, ulong Posts, ulong Queued, ulong? Free = null, ulong? Floor = null,
    ulong? Ahead = null, ulong? Behind = null, string? Certificate = null, ulong? Connections = null, ulong? Capacity = null,
    ulong? Delivered = null, ulong? Commits = null, ulong? CommitTime = null, ulong? SlowestCommit = null, ulong? Memory = null,
    ulong? CertificateEnd = null, string? Audit = null) : Reply(Id), IKnownFrame
{
    private const int MaxAgent = 64;
    private const int MaxCertificate = 64;
    private const int MaxAudit = 96;

    /// <inheritdoc/>
    public static int FrameCode => 86;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [86, id, agent, started, sessions, rooms, posts, queued, free?, floor?, ahead?, behind?, certificate?, connections?, capacity?, delivered?, commits?, commit-time?, slowest-commit?, memory?, certificate-end?, audit?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 21);
        writer.Write(Id);
        writer.WriteWords(Agent, MaxAgent);
        writer.Write(Started);
        writer.Write(Sessions);
        writer.Write(Rooms);
        writer.Write(Posts);
        writer.Write(Queued);
        writer.WriteOptional(Free);
        writer.WriteOptional(Floor);
        writer.WriteOptional(Ahead);
        writer.WriteOptional(Behind);
        writer.Write(Certificate);
        writer.WriteOptional(Connections);
        writer.WriteOptional(Capacity);
        writer.WriteOptional(Delivered);
        writer.WriteOptional(Commits);
        writer.WriteOptional(CommitTime);
        writer.WriteOptional(SlowestCommit);
        writer.WriteOptional(Memory);
        writer.WriteOptional(CertificateEnd);
        writer.Write(Audit);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new StatusReport(
        reader.UInt("id"),
        reader.String("agent", MaxAgent),
        reader.UInt("started"),
        reader.UInt("sessions"),
        reader.UInt("rooms"),
        reader.UInt("posts"),
        reader.UInt("queued"),
        reader.OptionalUInt("free"),
        reader.OptionalUInt("floor"),
        reader.OptionalUInt("ahead"),
        reader.OptionalUInt("behind"),
        reader.OptionalString("certificate", MaxCertificate),
        reader.OptionalUInt("connections"),
        reader.OptionalUInt("capacity"),
        reader.OptionalUInt("delivered"),
        reader.OptionalUInt("commits"),
        reader.OptionalUInt("commit-time"),
        reader.OptionalUInt("slowest-commit"),
        reader.OptionalUInt("memory"),
        reader.OptionalUInt("certificate-end"),
        reader.OptionalString("audit", MaxAudit));
}
