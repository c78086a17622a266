namespace ChatProtocol.Client;

/// <summary>The shortest way to a bot.</summary>
public static class ChatBotExtensions
{
    /// <summary>Handles each message of some rooms until it is stopped, as a <see cref="ChatBot"/> that has nothing but this handler does.</summary>
    /// <param name="client">The client. The caller disposes it.</param>
    /// <param name="rooms">The rooms' addresses.</param>
    /// <param name="handler">Handles a message, one at a time for each room.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ChatException">The client's session is over, or none of the rooms can be read any more.</exception>
    public static Task RunAsync(this ChatClient client, IEnumerable<string> rooms, Func<BotMessage, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(rooms);
        var bot = new ChatBot();
        foreach (var room in rooms)
            bot.Rooms.Add(room);
        bot.OnMessage(handler);
        return bot.RunAsync(client, cancellationToken);
    }
}
