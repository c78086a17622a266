using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Testing;

/// <summary>The events of a client, one after the other.</summary>
internal static class ClientEvents
{
    /// <summary>The next event of a kind; those before it are passed over.</summary>
    public static async Task<T> NextAsync<T>(this ChatClient client, Func<T, bool>? which = null)
        where T : ChatEvent
    {
        await foreach (var happened in client.EventsAsync(TestContext.Current.CancellationToken))
            if (happened is T wanted && which?.Invoke(wanted) != false)
                return wanted;
        throw new InvalidOperationException($"the session has ended without {typeof(T).Name}");
    }

    /// <summary>The next messages.</summary>
    public static async Task<IReadOnlyList<ChatMessage>> TakeAsync(this ChatClient client, int count)
    {
        var messages = new List<ChatMessage>();
        while (messages.Count < count)
            messages.Add((await client.NextAsync<MessageReceived>()).Message);
        return messages;
    }
}
