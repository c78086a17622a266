using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a message to this session outside of any room (CP-ADM-006).</summary>
/// <param name="Time">When the notice was sent, in milliseconds since 1970 UTC.</param>
/// <param name="Text">The notice's text.</param>
public sealed record Notice(ulong Time, Text Text) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 69;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Notice {{ Time = {Time}, Text = {Text.Length} bytes }}";

    // [69, time, text]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Time);
        writer.Write(Text);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Notice(
        reader.UInt("time"),
        reader.Text("text"));
}
