using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: shut the server down in good order. Answered by <see cref="Ok"/> (CP-ADM-008).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Grace">Milliseconds after which every connection is closed, even with requests still under way.</param>
/// <param name="Reason">The reason told to every session; at most <see cref="Bye.MaxReason"/> bytes, may be empty.</param>
/// <param name="Back">Milliseconds until the server is back; null if it is not coming back.</param>
public sealed record Shutdown(ulong Id, ulong Grace, string Reason, ulong? Back) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 42;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [42, id, grace, reason?, back?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Grace);
        writer.Write(Reason);
        writer.WriteOptional(Back);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Shutdown(
        reader.UInt("id"),
        reader.UInt("grace"),
        reader.OptionalString("reason", Bye.MaxReason) ?? "",
        reader.OptionalUInt("back"));
}
