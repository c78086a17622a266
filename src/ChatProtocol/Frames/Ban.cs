using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From an admin: let somebody in no more, by the name, the address or the session, of which exactly one is given. Answered
/// by <see cref="BanList"/> with the ban (CP-BAN-001).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Name">A user's name: it is the key behind it that is banned, whatever other names it has.</param>
/// <param name="Address">An IP address, or a prefix as <c>203.0.113.0/24</c>.</param>
/// <param name="Session">A session's number: its user is banned, or its address where it has no key.</param>
/// <param name="For">How long in milliseconds; null for good, and for a day where it is an address.</param>
/// <param name="Reason">Told to those it hits; at most <see cref="MaxReason"/> bytes, may be empty.</param>
/// <param name="DryRun">Whether only to tell whom it would hit.</param>
/// <param name="Force">Whether to ban even so many addresses, or this machine itself.</param>
public sealed record Ban(
    ulong Id, string? Name, string? Address, ulong? Session, ulong? For, string Reason, bool DryRun, bool Force) : Request(Id)
{
    /// <summary>The longest reason, in bytes of UTF-8: shorter than others, as it is told within an error.</summary>
    public const int MaxReason = 512;

    /// <summary>The longest address, in bytes.</summary>
    public const int MaxAddress = 64;

    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Ban;

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

    internal static Ban Read(ref FieldReader reader) => new(
        reader.UInt("id"),
        reader.OptionalString("name", Names.MaxLength),
        reader.OptionalString("address", MaxAddress),
        reader.OptionalUInt("session"),
        reader.OptionalUInt("for"),
        reader.OptionalString("reason", MaxReason) ?? "",
        reader.OptionalBool("dry-run"),
        reader.OptionalBool("force"));
}
