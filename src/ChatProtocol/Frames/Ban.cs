using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From an admin: ban a user or an address. Exactly one of name, address and session is given. Answered by
/// <see cref="BanList"/> with the ban (CP-BAN-001).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">A user's name: the ban is on the user's key, whatever other names it has.</param>
/// <param name="Address">An IP address, or a prefix as <c>203.0.113.0/24</c>.</param>
/// <param name="Session">A session's number: its user is banned, or its address if the user has no key.</param>
/// <param name="For">How long the ban lasts, in milliseconds; null for ever, or for a day if an address is banned.</param>
/// <param name="Reason">The reason told to the banned users; at most <see cref="MaxReason"/> bytes, may be empty.</param>
/// <param name="DryRun">Whether only to count the sessions that the ban would end.</param>
/// <param name="Force">Whether to ban even a wide range of addresses, or this machine itself.</param>
public sealed record Ban(
    ulong Id, string? Name, string? Address, ulong? Session, ulong? For, string Reason, bool DryRun, bool Force) : Request(Id), IKnownFrame
{
    /// <summary>The longest reason, in bytes of UTF-8: shorter than other reasons, since an error carries it.</summary>
    public const int MaxReason = 512;

    /// <summary>The longest address, in bytes.</summary>
    public const int MaxAddress = 64;

    /// <inheritdoc/>
    public static int FrameCode => 58;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [58, id, name?, address?, session?, for?, reason?, dry-run?, force?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 8);
        writer.Write(Id);
        writer.Write(Name);
        writer.Write(Address);
        writer.WriteOptional(Session);
        writer.WriteOptional(For);
        writer.Write(Reason);
        writer.Write(DryRun);
        writer.Write(Force);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Ban(
        reader.UInt("id"),
        reader.OptionalString("name", Names.MaxLength),
        reader.OptionalString("address", MaxAddress),
        reader.OptionalUInt("session"),
        reader.OptionalUInt("for"),
        reader.OptionalString("reason", MaxReason) ?? "",
        reader.OptionalBool("dry-run"),
        reader.OptionalBool("force"));
}
