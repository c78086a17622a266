namespace ChatProtocol.Client;

/// <summary>A message that a <see cref="ChatBot"/> handles. Thread-safe.</summary>
public class BotMessage
{
    private readonly BotAnswers _answers;
    private readonly string _key;
    private int _answered;

    internal BotMessage(ChatClient client, MessageReceived said, BotAnswers answers, CancellationToken stopping)
    {
        _answers = answers;
        // Epoch and seq name the message for good, so that an answer which a killed run has given already is not given again.
        _key = $"answer:{said.Room.Cursor}";
        (Client, Room, Message, Stopping) = (client, said.Room, said.Message, stopping);
        Text = said.Message.Text.ToString();
        IsMention = Mentions.Find(Text, client.Name).Count > 0;
    }

    private protected BotMessage(BotMessage other)
    {
        (_answers, _key) = (other._answers, other._key);
        (Client, Room, Message, Text, IsMention, Stopping) = (other.Client, other.Room, other.Message, other.Text, other.IsMention, other.Stopping);
    }

    /// <summary>The bot's client, for whatever the bot does beside answering.</summary>
    public ChatClient Client { get; }

    /// <summary>The room.</summary>
    public ChatRoom Room { get; }

    /// <summary>The message, with its seq, its time and its author's principal.</summary>
    public ChatMessage Message { get; }

    /// <summary>The author's name.</summary>
    public string Author => Message.Name;

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Whether the text has the bot's name in it as a word (<see cref="Mentions"/>).</summary>
    public bool IsMention { get; }

    /// <summary>Whether it was said to the bot alone.</summary>
    public bool IsPrivate => Room.Kind == RoomKind.Private;

    /// <summary>Cancelled when the bot is to stop.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>
    /// Answers in the room. It takes its turn under <see cref="ChatBot.AnswersPerMinute"/>, and where the server asks to wait, it waits and
    /// tries again, for up to five minutes.
    /// </summary>
    /// <param name="text">The answer.</param>
    /// <returns>The receipt; null if an earlier run of the bot has given this answer already.</returns>
    /// <exception cref="ChatException">The answer was refused; the bot goes on if the handler lets it pass.</exception>
    public Task<PostReceipt?> ReplyAsync(Text text) => _answers.PostAsync(Client, Room, text, $"{_key}:{Interlocked.Increment(ref _answered)}", Stopping);

    /// <summary>Names the message; its text stays out of logs.</summary>
    public override string ToString() => $"{Message} in {Room}";
}
