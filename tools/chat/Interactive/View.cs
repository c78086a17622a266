using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>How things look on the screen. Thread-safe, as the screen is.</summary>
internal sealed class View(Screen screen, ChatClient client, Style style)
{
    private volatile ChatRoom? _current;

    /// <summary>The room that is typed into; messages of others show where they come from.</summary>
    public ChatRoom? Current
    {
        get => _current;
        set
        {
            _current = value;
            screen.Prompt = $"{Safe.Line(value?.ToString() ?? "(no room)")}> ";
        }
    }

    public void Message(ChatRoom room, Message message)
    {
        var where = room.Id == Current?.Id ? "" : style.Dim($"[{Safe.Line(room.ToString())}] ");
        // Continuation lines stand apart, so that nobody can make a text look like somebody else's message.
        var text = message.IsErased ? style.Dim(Output.ErasedText) : Safe.Block(message.Text.ToString()).ReplaceLineEndings("\n      ");
        var name = style.Name(message.From, message.Name);
        var who = message.From == client.Principal ? style.Bold(name + "»") : name + ":";
        screen.Print($"{style.Dim(Clock(message.Time))} {where}{who} {text}");
    }

    public void Page(ChatRoom room, HistoryPage page)
    {
        foreach (var part in page.InOrder())
        {
            if (part is Message message)
                Message(room, message);
            else if (part is Gap gap)
                Missing(room, gap.First, gap.Last, gap.Why);
        }
    }

    /// <summary>What does not come, in its place.</summary>
    public void Missing(ChatRoom room, ulong first, ulong last, GapReason why) => Complain($"in {room} {Output.InWords(first, last, why)}");

    public void Notice(Notice notice) =>
        screen.Print($"{style.Dim(Clock((ulong)notice.Time))} {style.Bold("** " + Safe.Block(notice.Text.ToString()))}");

    /// <summary>Something that is about the conversation, not part of it.</summary>
    public void Say(string text) => screen.Print(style.Dim("* " + Safe.Block(text)));

    public void Complain(string text) => screen.Print(Complaint(style, text));

    /// <summary>How something that went wrong looks.</summary>
    public static string Complaint(Style style, string text) => style.Error("! " + Safe.Line(text));

    private static string Clock(ulong milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds).ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture);
}
