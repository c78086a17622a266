using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the request was refused; without an id the connection is about to be closed (CP-ERR-001).</summary>
/// <param name="Id">The request's id; null if no request caused the error.</param>
/// <param name="Reason">The error's code.</param>
/// <param name="Text">The fault and the remedy in words, for people.</param>
/// <param name="RetryAfter">Milliseconds after which to try again; null if the server gives no time.</param>
/// <param name="Value">The number the error is about: the limit exceeded, the counter expected, the last valid cursor; null if there is none.</param>
/// <param name="Field">The name of the faulty field; null if there is none.</param>
public sealed record Error(ulong? Id, ErrorCode Reason, string Text, ulong? RetryAfter = null, ulong? Value = null, string? Field = null) : Frame, IKnownFrame
{
    private const int MaxText = 1024;
    private const int MaxField = 64;

    /// <inheritdoc/>
    public static int FrameCode => 68;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [68, id?, code, text, retry-after?, value?, field?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 6);
        writer.WriteOptional(Id);
        writer.Write((uint)Reason);
        writer.WriteWords(Text, MaxText);
        writer.WriteOptional(RetryAfter);
        writer.WriteOptional(Value);
        writer.WriteWords(Field, MaxField);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Error(
        reader.OptionalUInt("id"),
        (ErrorCode)reader.UInt31("code"),
        reader.String("text", MaxText),
        reader.OptionalUInt("retry-after"),
        reader.OptionalUInt("value"),
        reader.OptionalString("field", MaxField));
}
