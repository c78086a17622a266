using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, last of all: it ends the session, why, and whether to come back (CP-SES-013).</summary>
/// <param name="Why">Why the session ends.</param>
/// <param name="Reason">The same for people; may be empty.</param>
/// <param name="Back">Milliseconds to wait before coming back; null for not coming back.</param>
public sealed record Bye(ByeCode Why, string Reason, long? Back) : Frame
{
    private const int MaxReason = 1024;

    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Bye;

    // [88, code, reason, back?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write((uint)Why);
        writer.WriteWords(Reason, MaxReason);
        writer.WriteOptional((ulong?)Back);
    }

    internal static Bye Read(ref FieldReader reader) => new(
        (ByeCode)reader.UInt31("code"),
        reader.String("reason", MaxReason),
        (long?)reader.OptionalUInt("back"));
}
