using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands that do something with a message of the current room, named by its number or counted from the end.</summary>
/// <param name="client">The session.</param>
/// <param name="view">The screen, which has the current room.</param>
/// <param name="post">Posts a text in the current room.</param>
internal sealed class MessageCommands(ChatClient client, EventPrinter view, Action<string, PostOptions> post)
{
    /// <summary>The most messages that are looked at for the one that is counted from the end.</summary>
    private const int Searched = 100;

    /// <summary>The most characters of a message in a list of them.</summary>
    private const int Listed = 60;

    public IEnumerable<InputCommand> All =>
    [
        new("/me", "TEXT", "say what you do: /me waves", MeAsync),
        new("/edit", "[-N|#SEQ] TEXT", "another text for your last message, your Nth from the end, or the one of a number", EditAsync),
        new("/del", "[-N|SEQ]", "take back your last message, your Nth from the end, or one by its number", (which, stop) => DoAsync(which, isOwn: true, (room, seq) => room.RetractAsync(seq, stop), stop)),
        new("/reply", "-N|SEQ TEXT", "answer the Nth message from the end, or the one of a number", ReplyAsync),
        new("/react", "EMOJI [-N|SEQ]", "react to the last message, or another", (rest, stop) => ReactAsync("/react", rest, on: true, stop)),
        new("/unreact", "EMOJI [-N|SEQ]", "take that off again", (rest, stop) => ReactAsync("/unreact", rest, on: false, stop)),
        new("/pin", "[-N|SEQ]", "pin the last message to the room, or another", (which, stop) => DoAsync(which, isOwn: false, (room, seq) => room.PinAsync(seq, true, stop), stop)),
        new("/unpin", "[-N|SEQ]", "take that off again", (which, stop) => DoAsync(which, isOwn: false, (room, seq) => room.PinAsync(seq, false, stop), stop)),
        new("/pins", "", "the pinned messages", (_, stop) => InRoomAsync(room => ListAsync(room, room.PinsAsync(stop), "no message is pinned here"))),
        new("/thread", "-N|SEQ", "a message with all that is said in its thread", ThreadAsync),
        new("/numbers", "[N]", "the last messages with their numbers", NumbersAsync),
    ];

    private Task MeAsync(string text, CancellationToken stop)
    {
        if (text.Length == 0)
            view.ShowError("what do you do? /me TEXT");
        else
            post(text, new PostOptions { IsAction = true });
        return Task.CompletedTask;
    }

    private Task EditAsync(string rest, CancellationToken stop) => InRoomAsync(async room =>
    {
        var (word, behind) = SlashPrefix.Split(rest);
        // A text may begin with a number, so a number that is meant has a mark.
        var (which, text) = Place.Parse(word, needsMark: true) is { } place ? (place, behind) : (new Place(FromEnd: 1), rest);
        if (text.Length == 0)
            view.ShowError("which text instead? /edit TEXT, or /edit -2 TEXT for the message before your last");
        else if (await FindAsync(room, which, isOwn: true, stop) is { } message)
            await DoneAsync(room.EditAsync(message.Seq, text, stop));
    });

    private Task ReplyAsync(string rest, CancellationToken stop) => InRoomAsync(async room =>
    {
        var (word, text) = SlashPrefix.Split(rest);
        if (Place.Parse(word) is not { } which || text.Length == 0)
            view.ShowError("answer what, and how? /reply -1 TEXT answers the last message");
        else if (await FindAsync(room, which, isOwn: false, stop) is { } message)
            post(text, new PostOptions { ReplyTo = message.Seq, Thread = message.Thread ?? message.Seq });
    });

    private Task ReactAsync(string command, string rest, bool on, CancellationToken stop)
    {
        var (reaction, which) = SlashPrefix.Split(rest);
        if (reaction.Length > 0)
            return DoAsync(which, isOwn: false, (room, seq) => room.ReactAsync(seq, reaction, on, stop), stop);
        view.ShowError($"how? {command} 👍");
        return Task.CompletedTask;
    }

    private Task ThreadAsync(string word, CancellationToken stop) => InRoomAsync(async room =>
    {
        if (Place.Parse(word) is not { } which)
            view.ShowError("of which message? /thread SEQ");
        else if (await FindAsync(room, which, isOwn: false, stop) is { } message)
        {
            var root = message.Thread ?? message.Seq;
            await ListAsync(room, room.MessagesAsync(root - 1, root, cancellationToken: stop).Concat(room.ThreadAsync(root, cancellationToken: stop)), "nothing is there any more");
        }
    });

    private Task NumbersAsync(string count, CancellationToken stop) => InRoomAsync(async room =>
    {
        if ((count.Length == 0 ? 10 : Numbers.Parse(count)) is not ({ } wanted and > 0))
            view.ShowError("/numbers takes how many");
        else
            await ListAsync(room, (await LastAsync(room, (int)Math.Min(wanted, Searched), stop)).ToAsyncEnumerable(), "nothing was said here yet");
    });

    private async Task ListAsync(ChatRoom room, IAsyncEnumerable<ChatMessage> messages, string none)
    {
        var hasAny = false;
        await foreach (var message in messages)
        {
            hasAny = true;
            var text = message.IsErased ? ResultPrinter.ErasedText : message.Text.ToString().ReplaceLineEndings(" ");
            view.Say(string.Create(CultureInfo.InvariantCulture, $"#{message.Seq}  {message.Name}: {(text.Length <= Listed ? text : text[..Listed] + "…")}"));
        }
        if (!hasAny)
            view.Say(none);
    }

    private Task DoAsync(string word, bool isOwn, Func<ChatRoom, ulong, Task<PostReceipt>> act, CancellationToken stop) => InRoomAsync(async room =>
    {
        if ((word.Length == 0 ? new Place(FromEnd: 1) : Place.Parse(word)) is not { } which)
            view.ShowError($"{word} is no message: -2 is the second from the end, and a number is one that /numbers shows");
        else if (await FindAsync(room, which, isOwn, stop) is { } message)
            await DoneAsync(act(room, message.Seq));
    });

    private Task InRoomAsync(Func<ChatRoom, Task> act)
    {
        if (view.Current is { } room)
            return act(room);
        view.ShowError("you are in no room; /join one first");
        return Task.CompletedTask;
    }

    /// <summary>A change is shown by its entry.</summary>
    private async Task DoneAsync(Task<PostReceipt> changing)
    {
        if ((await changing).Seq is null)
            view.Say("that is so already");
    }

    /// <summary>The message; null if there is none, which is told.</summary>
    private async Task<ChatMessage?> FindAsync(ChatRoom room, Place which, bool isOwn, CancellationToken stop)
    {
        if (which.Seq is { } seq)
        {
            if (await room.MessagesAsync(seq - 1, seq, cancellationToken: stop).FirstOrDefaultAsync(stop) is { } named)
                return named;
            view.ShowError($"there is no message {seq} in {room.Label()}");
            return null;
        }
        var found = (await LastAsync(room, Searched, stop)).Where(message => !message.IsErased && (!isOwn || message.From == client.Principal)).Reverse().ElementAtOrDefault(which.FromEnd - 1);
        if (found is null)
            view.ShowError(isOwn ? $"you have not said so much among the last {Searched} messages here: name it by its number" : "so much was not said here lately: name it by its number");
        return found;
    }

    private static async Task<IReadOnlyList<ChatMessage>> LastAsync(ChatRoom room, int count, CancellationToken stop) =>
        [.. (await room.HistoryAsync(count, cancellationToken: stop)).Entries.OfType<ChatMessage>()];

    /// <summary>Which message is meant: by its seq, or the so manyth from the end.</summary>
    private sealed record Place(ulong? Seq = null, int FromEnd = 0)
    {
        public static Place? Parse(string word, bool needsMark = false) => word switch
        {
            ['-', .. var digits] => Numbers.Parse(digits) is > 0 and <= Searched and var end ? new Place(FromEnd: (int)end) : null,
            ['#', .. var digits] => BySeq(digits),
            _ => needsMark ? null : BySeq(word),
        };

        private static Place? BySeq(string digits) => Numbers.Parse(digits) is > 0 and var seq ? new Place(seq) : null;
    }
}
