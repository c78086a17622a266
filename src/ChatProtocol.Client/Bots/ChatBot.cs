namespace ChatProtocol.Client;

/// <summary>
/// A program that answers: made of commands and of what it does with other messages, and run by <see cref="RunAsync"/>. It skips its own
/// messages and those that are erased. Add everything before it runs; one object runs for one client at a time. A larger bot derives from it
/// and adds its commands in its constructor.
/// </summary>
public class ChatBot
{
    private readonly CommandTable _commands = new();

    /// <summary>The rooms that it joins, by their addresses. Private rooms come by themselves where the client has an inbox (<see cref="ChatClientOptions.Inbox"/>).</summary>
    public IList<string> Rooms { get; } = [];

    /// <summary>The mark before a command, unless that is said to the bot alone or behind its name. <c>!</c> by default.</summary>
    public string Prefix { get; init; } = "!";

    /// <summary>
    /// How many messages of a room are handled at once. 1 by default: each when the one before is done. With more, they may be done in another
    /// order. Rooms never wait for each other.
    /// </summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>The most answers of a minute, in all rooms together; others wait. 60 by default, 0 for no limit: two bots that answer each other should have one.</summary>
    public int AnswersPerMinute { get; init; } = 60;

    /// <summary>
    /// Where it keeps how far it has come in its rooms, so that it answers what was said while it was away. Each message is answered once, even if
    /// the bot is killed at any moment, by a server that heeds keys (<see cref="PostOptions.Key"/>). Null, the default, for nowhere: it answers what is said while it is there.
    /// </summary>
    public ICursorStore? Cursors { get; init; }

    /// <summary>Whether it joins a room by invitation when it is let in. Off by default.</summary>
    public bool AcceptsInvitations { get; init; }

    /// <summary>
    /// Told of what a handler throws, with the message, and of a room that is lost or what <see cref="OnEvent"/> throws, with none; then the bot goes on. Without it, which is
    /// the default, a refusal by the server and a room that is lost are passed over, and any other exception ends <see cref="RunAsync"/>.
    /// </summary>
    public Action<Exception, BotMessage?>? OnError { get; set; }

    /// <summary>Where the bot looks at the clock. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal Func<BotMessage, Task>? MessageHandler { get; private set; }

    internal Func<BotMessage, Task>? MentionHandler { get; private set; }

    internal Func<ChatRoomEvent, Task>? EventHandler { get; private set; }

    /// <summary>
    /// Adds a command. <c>help</c> is there by itself and lists all. Too few arguments or too many are answered with how the command is used, and
    /// so is a <see cref="BotUsageException"/>.
    /// </summary>
    /// <param name="name">The command's name, one word; compared without regard to case.</param>
    /// <param name="arguments">The arguments: <c>NAME</c>, optional ones behind in brackets, and the last with <c>...</c> if it takes the rest of the text. Empty for none.</param>
    /// <param name="help">What it does, in a line.</param>
    /// <param name="handler">Does it.</param>
    /// <exception cref="ArgumentException">The name or the arguments are not of that form, or there is such a command.</exception>
    public void AddCommand(string name, string arguments, string help, Func<BotCommand, Task> handler) => _commands.Add(name, arguments, help, handler);

    /// <summary>Says what is done with a message that is neither a command nor, if there is a handler for those, a mention. The last handler counts.</summary>
    public void OnMessage(Func<BotMessage, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        MessageHandler = handler;
    }

    /// <summary>Says what is done with a message that has the bot's name in it or is said to it alone, and is no command. The last handler counts.</summary>
    public void OnMention(Func<BotMessage, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        MentionHandler = handler;
    }

    /// <summary>
    /// Says what is done with all else that happens in the bot's rooms, such as <see cref="EditReceived"/>: an edited message is no new command,
    /// and is handled here alone. It is told once, and not again after a crash; the next message waits for the handler. The last handler counts.
    /// </summary>
    public void OnEvent(Func<ChatRoomEvent, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        EventHandler = handler;
    }

    /// <summary>
    /// Runs the bot until it is stopped, which is a normal end. What was handled by then is saved; a handler that is still under way is waited
    /// for. With an inbox or invitations it reads <see cref="ChatClient.EventsAsync"/>, which has one reader at a time.
    /// </summary>
    /// <param name="client">The bot's client, which may be connecting still. The caller disposes it.</param>
    /// <param name="cancellationToken">Stops the bot.</param>
    /// <exception cref="ChatException">The client's session is over, or none of the rooms can be read any more.</exception>
    /// <exception cref="InvalidOperationException">It has nowhere to be: no room, no inbox and no invitations.</exception>
    public Task RunAsync(ChatClient client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfLessThan(Concurrency, 1, nameof(Concurrency));
        ArgumentOutOfRangeException.ThrowIfNegative(AnswersPerMinute, nameof(AnswersPerMinute));
        ArgumentException.ThrowIfNullOrEmpty(Prefix, nameof(Prefix));
        if (Rooms.Count == 0 && !client.HasInbox && !AcceptsInvitations)
            throw new InvalidOperationException($"The bot has nowhere to be: name a room in {nameof(Rooms)}, or connect with {nameof(ChatClientOptions.Inbox)}.");
        return new BotLoop(this, client).RunAsync(cancellationToken);
    }

    /// <summary>The handling of a message; null for none.</summary>
    internal Func<Task>? HandlerOf(BotMessage message)
    {
        if (_commands.TryFind(message, Prefix, out var run))
            return run;
        var handler = message.IsMention || message.IsPrivate ? MentionHandler ?? MessageHandler : MessageHandler;
        return handler is null ? null : () => handler(message);
    }
}
