using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Configuration"/>: settings by ascending number.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The settings of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last number.</param>
public sealed record ConfigurationList(ulong Id, IReadOnlyList<ConfigurationListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 120;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [120, id, [[setting, name, value, source, restart, place?, next?]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(7);
            writer.Write(item.Setting);
            writer.Write(item.Name);
            writer.WriteWords(item.Value, ConfigurationListItem.MaxValue);
            writer.Write((uint)item.Source);
            writer.Write(item.Restart);
            writer.WriteWords(item.Place, ConfigurationListItem.MaxPlace);
            writer.WriteWords(item.Next, ConfigurationListItem.MaxValue);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new ConfigurationList(
        reader.UInt("id"),
        reader.List("settings", ConfigurationListItem.Read),
        reader.Bool("more"));
}

/// <summary>A setting as it holds in a running server.</summary>
/// <param name="Setting">Its number.</param>
/// <param name="Name">Its name; at most 64 bytes.</param>
/// <param name="Value">Its value, in the form in which it is written; a longer one than <see cref="MaxValue"/> is cut.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="Restart">Whether another value holds from the server's next start on alone.</param>
/// <param name="Place">The place that it comes from, such as a line of a file; null where there is none.</param>
/// <param name="Next">The value that was found when the settings were read again and holds from the next start on; null for none.</param>
public readonly record struct ConfigurationListItem(ulong Setting, string Name, string Value, SettingOrigin Source, bool Restart, string? Place, string? Next)
{
    /// <summary>The longest value, in bytes of UTF-8.</summary>
    public const int MaxValue = 1024;

    /// <summary>The longest place, in bytes of UTF-8.</summary>
    public const int MaxPlace = 1024;

    internal static ConfigurationListItem Read(ref FieldReader reader) => new(
        reader.UInt("setting"),
        reader.String("name", 64),
        reader.String("value", MaxValue),
        (SettingOrigin)reader.UInt31("source"),
        reader.Bool("restart"),
        reader.OptionalString("place", MaxPlace),
        reader.OptionalString("next", MaxValue));
}
