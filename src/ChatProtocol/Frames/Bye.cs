using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, its last frame: the session ends, with the cause and whether to reconnect (CP-SES-013).</summary>
/// <param name="Why">Why the session ends.</param>
/// <param name="Reason">The cause in words, for people; may be empty.</param>
/// <param name="Back">Milliseconds to wait before reconnecting; null for not reconnecting.</param>
public sealed record Bye(ByeCode Why, string Reason, ulong? Back) : Frame, IKnownFrame
{
    /// <summary>The longest reason, in bytes of UTF-8; <see cref="Kick"/> and <see cref="Shutdown"/> have no longer one.</summary>
    public const int MaxReason = 1024;

    /// <inheritdoc/>
    public static int FrameCode => 88;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [88, code, reason, back?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write((uint)Why);
        writer.WriteWords(Reason, MaxReason);
        writer.WriteOptional(Back);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Bye(
        (ByeCode)reader.UInt31("code"),
        reader.String("reason", MaxReason),
        reader.OptionalUInt("back"));
}
