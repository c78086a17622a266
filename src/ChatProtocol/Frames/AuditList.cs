using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Audit"/>: records of the audit log by descending number.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The records of this part of the list; there may be none although there are more.</param>
/// <param name="More">Whether there may be more; ask again with <paramref name="Through"/> as <c>before</c>.</param>
/// <param name="Through">The lowest number that was looked at; 0 if there was none.</param>
public sealed record AuditList(ulong Id, IReadOnlyList<AuditListItem> Items, bool More, ulong Through) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 114;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [114, id, [[number, time, principal, name, credential, token, address, verb, target, whom, room, reason, was, is, result, hash]…], more, through]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
            item.Write(ref writer);
        writer.Write(More);
        writer.Write(Through);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new AuditList(
        reader.UInt("id"),
        reader.List("records", AuditListItem.Read),
        reader.Bool("more"),
        reader.UInt("through"));
}

/// <summary>One record of the audit log.</summary>
/// <param name="Number">The record's number; each is one above that of the record before it.</param>
/// <param name="Time">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="Principal">The principal that asked.</param>
/// <param name="Name">The name that it had then.</param>
/// <param name="Credential">The kind of credential that it had logged in by.</param>
/// <param name="Token">The number of the token that it had logged in by; 0 for another credential.</param>
/// <param name="Address">Where it asked from, as <see cref="SessionListItem.Address"/>; <c>admin socket</c> for that.</param>
/// <param name="Verb">The request, as the registry names it.</param>
/// <param name="Target">The name, address or path that the request was about; may be empty.</param>
/// <param name="Whom">The principal that it was about; 0 for none.</param>
/// <param name="Room">The room that it was about; 0 for none.</param>
/// <param name="Reason">The reason that was given; may be empty.</param>
/// <param name="Was">What it changed, as it was; may be empty.</param>
/// <param name="Is">The same as it is behind the change; may be empty.</param>
/// <param name="Result">The code of the error that the request was refused with; 0 if it was done.</param>
/// <param name="Hash">The SHA-256 of the chain through this record.</param>
public readonly record struct AuditListItem(
    ulong Number, ulong Time, ulong Principal, string Name, int Credential, ulong Token, string Address, string Verb, string Target, ulong Whom,
    ulong Room, string Reason, string Was, string Is, int Result, ReadOnlyMemory<byte> Hash)
{
    /// <summary>The longest name of a verb, in bytes.</summary>
    public const int MaxVerb = 32;

    /// <summary>The longest target, in bytes of UTF-8; a longer one was cut.</summary>
    public const int MaxTarget = 128;

    /// <summary>The longest description of what was changed, in bytes of UTF-8.</summary>
    public const int MaxState = 128;

    internal const int MaxHash = 32;

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(16);
        writer.Write(Number);
        writer.Write(Time);
        writer.Write(Principal);
        writer.WriteWords(Name, Names.MaxLength);
        writer.Write(Credential);
        writer.Write(Token);
        writer.WriteWords(Address, SessionListItem.MaxAddress);
        writer.WriteWords(Verb, MaxVerb);
        writer.WriteWords(Target, MaxTarget);
        writer.Write(Whom);
        writer.Write(Room);
        writer.WriteWords(Reason, Ban.MaxReason);
        writer.WriteWords(Was, MaxState);
        writer.WriteWords(Is, MaxState);
        writer.Write(Result);
        writer.Write(Hash.Span);
    }

    internal static AuditListItem Read(ref FieldReader reader) => new(
        reader.UInt("number"),
        reader.UInt("time"),
        reader.UInt("principal"),
        reader.String("name", Names.MaxLength),
        reader.UInt31("credential"),
        reader.UInt("token"),
        reader.String("address", SessionListItem.MaxAddress),
        reader.String("verb", MaxVerb),
        reader.String("target", MaxTarget),
        reader.UInt("whom"),
        reader.UInt("room"),
        reader.String("reason", Ban.MaxReason),
        reader.String("was", MaxState),
        reader.String("is", MaxState),
        reader.UInt31("result"),
        reader.Binary("hash", MaxHash));
}
