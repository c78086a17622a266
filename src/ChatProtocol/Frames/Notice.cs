using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a word to this session outside of any room (CP-ADM-006).</summary>
/// <param name="Time">When it was said, in milliseconds since 1970 UTC.</param>
/// <param name="Text">What is said.</param>
public sealed record Notice(long Time, Text Text) : Frame
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Notice;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Notice {{ Time = {Time}, Text = {Text.Length} bytes }}";

    // [69, time, text]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Time);
        writer.Write(Text);
    }

    internal static Notice Read(ref FieldReader reader) => new(
        reader.Milliseconds("time"),
        reader.Text("text"));
}
