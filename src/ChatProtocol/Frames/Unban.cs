using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: lift a ban. Exactly one of number, name and address is given. Answered by <see cref="Ok"/> (CP-BAN-006).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Number">The ban's number, as in <see cref="BanList"/>.</param>
/// <param name="Name">The name in the ban, or another name of the banned key.</param>
/// <param name="Address">The banned address or prefix.</param>
public sealed record Unban(ulong Id, ulong? Number, string? Name, string? Address) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 60;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [60, id, ban?, name?, address?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.WriteOptional(Number);
        writer.Write(Name);
        writer.Write(Address);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Unban(
        reader.UInt("id"),
        reader.OptionalUInt("ban"),
        reader.OptionalString("name", Names.MaxLength),
        reader.OptionalString("address", Ban.MaxAddress));
}
