using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Tokens"/>: tokens by ascending number.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The tokens of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last number.</param>
public sealed record TokenList(ulong Id, IReadOnlyList<TokenListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 228;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [228, id, [[token, label, scopes, rooms, made, expires, used]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(7);
            writer.Write(item.Token);
            writer.Write(item.Label);
            writer.Write(item.Scopes);
            writer.Write(item.Rooms);
            writer.Write(item.Made);
            writer.Write(item.Expires);
            writer.Write(item.Used);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new TokenList(
        reader.UInt("id"),
        reader.List("tokens", TokenListItem.Read),
        reader.Bool("more"));
}

/// <summary>One token.</summary>
/// <param name="Token">Its number.</param>
/// <param name="Label">The words by which its owner knows it.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="Rooms">How many rooms it is good for; 0 for all.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="Expires">When it ends, in milliseconds since 1970 UTC.</param>
/// <param name="Used">The day of the last login by it, in milliseconds since 1970 UTC; 0 for never.</param>
public readonly record struct TokenListItem(ulong Token, string Label, int Scopes, ulong Rooms, ulong Made, ulong Expires, ulong Used)
{
    internal static TokenListItem Read(ref FieldReader reader) => new(
        reader.UInt("token"),
        reader.String("label", 64),
        reader.UInt31("scopes"),
        reader.UInt("rooms"),
        reader.UInt("made"),
        reader.UInt("expires"),
        reader.UInt("used"));
}
