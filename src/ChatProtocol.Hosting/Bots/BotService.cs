using ChatProtocol.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Hosting;

/// <summary>Runs a bot for as long as its host does.</summary>
internal sealed class BotService(HostedClient hosted, ChatBot bot, ILogger logger) : BackgroundService
{
    private readonly string _name = bot.GetType().Name;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bot.OnError ??= Tell;
        try
        {
            await bot.RunAsync(hosted.Client, stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            ClientLog.BotEnded(logger, e, _name, hosted.Name);
            throw;
        }
    }

    private void Tell(Exception error, BotMessage? message)
    {
        if (message is null)
            ClientLog.BotLostRoom(logger, error, _name, hosted.Name);
        else
            ClientLog.BotFailed(logger, error, _name, hosted.Name, LogText.Of(message.Room.Address), message.Message.Seq);
    }
}
