using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, its last frame: the session ends, with the cause and whether to reconnect (CP-SES-013).</summary>
/// <param name="Why">Why the session ends.</param>
/// <param name="Reason">The cause in words, for people; may be empty.</param>
/// <param name="Back">Milliseconds to wait before reconnecting; null for not reconnecting.</param>
public sealed record Bye(ByeCode Why, string Reason, ulong? Back) : Frame
{
    /// <summary>The longest reason, in bytes of UTF-8; <see cref="Kick"/> and <see cref="Shutdown"/> have no longer one.</summary>
    public const int MaxReason = 1024;

    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Bye;

    // [88, code, reason, back?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write((uint)Why);
        writer.WriteWords(Reason, MaxReason);
        writer.WriteOptional(Back);
    }

    internal static Bye Read(ref FieldReader reader) => new(
        (ByeCode)reader.UInt31("code"),
        reader.String("reason", MaxReason),
        reader.OptionalUInt("back"));
}
