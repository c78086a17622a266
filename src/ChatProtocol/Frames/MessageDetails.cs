using MessagePack;

namespace ChatProtocol;

/// <summary>What a message carries beside its text; most carry nothing, and have none (CP-MSG-018).</summary>
/// <param name="Reply">The seq of the message that it replies to; null if it is no reply.</param>
/// <param name="Thread">The seq of the message that its thread began with; null if it is in none.</param>
/// <param name="Action">Whether the text says what its author does, as in "ada waves".</param>
public sealed record MessageDetails(ulong? Reply, ulong? Thread, bool Action)
{
    /// <summary>How many fields these are.</summary>
    internal const int Fields = 3;

    /// <summary>The details; null if there are none.</summary>
    internal static MessageDetails? Of(ulong? reply, ulong? thread, bool action) => (reply ?? thread) is null && !action ? null : new MessageDetails(reply, thread, action);

    /// <summary>Writes all of the fields, null for none.</summary>
    internal static void Write(ref MessagePackWriter writer, MessageDetails? details)
    {
        writer.WriteOptional(details?.Reply);
        writer.WriteOptional(details?.Thread);
        writer.Write(details is { Action: true });
    }

    internal static MessageDetails? Read(ref FieldReader reader) => Of(reader.OptionalUInt("reply"), reader.OptionalUInt("thread"), reader.OptionalBool("action"));
}
