using ChatProtocol.Client;
using ChatProtocol.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.AddChatClient("Chat").AddBot<StatusBot>(); // the section Chat: --Chat:Address, Chat__Address, appsettings.json
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddHealthChecks().AddChatClient();
builder.Services.AddHostedService<Announcer>();
await builder.Build().RunAsync();

/// <summary>A bot that the services make.</summary>
internal sealed class StatusBot : ChatBot
{
    public StatusBot(TimeProvider time)
    {
        var start = time.GetTimestamp();
        Rooms.Add("ops");
        AddCommand("status", "", "how long I am up", command => command.ReplyAsync($"up for {time.GetElapsedTime(start):hh\\:mm\\:ss}"));
    }
}

/// <summary>A service that posts: its calls wait for the connection, and are settled before the host is gone.</summary>
internal sealed class Announcer(ChatClient client) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var room = await client.OpenAsync("ops", create: true, stoppingToken);
        await room.PostAsync("the service is up", stoppingToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var room = await client.OpenAsync("ops", create: true, cancellationToken);
        await room.PostAsync("the service stops", cancellationToken);
    }
}
