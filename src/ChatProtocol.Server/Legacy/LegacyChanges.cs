using System.Globalization;

namespace ChatProtocol.Server;

/// <summary>
/// The entries that tell changes in a room, in the language of the server's other words to plain text clients. In English they have
/// their words from the log; what those alone tell, as a reason, stands behind the words of another language.
/// </summary>
internal static class LegacyChanges
{
    /// <summary>The sentence with its author; null for another entry, and one whose words were erased.</summary>
    public static string? Describe(Entry entry, LegacyLanguage language) => entry switch
    {
        RoomChanged { Text.Length: > 0 } change => $"{change.Name} {(language == LegacyLanguage.English ? change.Text : InChinese(change))}",
        RoleChanged { Text.Length: > 0 } change => $"{change.Name} {(language == LegacyLanguage.English ? change.Text : InChinese(change))}",
        _ => null,
    };

    private static string InChinese(RoomChanged change)
    {
        var words = new List<string>();
        if (change.Title is { } title)
            words.Add(title.Length == 0 ? "取消了标题" : $"设置了标题：{title}");
        if (change.Topic is { } topic)
            words.Add(topic.Length == 0 ? "取消了话题" : $"设置了话题：{topic}");
        if (change.Moderated is { } moderated)
            words.Add(moderated == 0 ? "允许所有人发言" : "设为只有成员可以发言");
        if (change.Archived is { } archived)
            words.Add(archived == 0 ? "重新开放了房间" : "把房间归档，不能再发言");
        if (change.Slow is { } slow)
            words.Add(slow == 0 ? "取消了发言间隔" : string.Create(CultureInfo.InvariantCulture, $"设为每人每 {slow / 1000.0:0.###} 秒发言一次"));
        if (change.EditFor is { } editFor)
            words.Add(editFor == 0 ? "消息不再限时修改" : string.Create(CultureInfo.InvariantCulture, $"消息在 {editFor / 60000.0:0.###} 分钟内可以修改"));
        return words.Count == 0 ? "创建了房间" : string.Join("，", words);
    }

    private static string InChinese(RoleChanged change) => change.Restriction switch
    {
        RoomRestriction.Muted => $"禁止 {change.Whom} 发言（{change.Text}）",
        RoomRestriction.Banned => $"把 {change.Whom} 请出了房间（{change.Text}）",
        _ => $"更改了 {change.Whom} 的身份（{change.Text}）",
    };
}
