using ChatProtocol.Client;
using Microsoft.Extensions.Hosting;

namespace ChatProtocol.Hosting;

/// <summary>Adds clients to a host.</summary>
public static class ChatHostApplicationBuilderExtensions
{
    /// <summary>Adds a client to the services, as <see cref="ChatClientServiceCollectionExtensions.AddChatClient"/> does.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="name">The name, which is the path of its section of the configuration too; no other client has it.</param>
    /// <param name="configure">Changes the options that were read, with what other services have; null for nothing.</param>
    /// <exception cref="InvalidOperationException">There is a client of that name already.</exception>
    public static ChatClientBuilder AddChatClient(
        this IHostApplicationBuilder builder, string name, Func<IServiceProvider, ChatClientOptions, ChatClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddChatClient(name, configure);
    }
}
