using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>Kestrel as our listener: it accepts, and serves those who turn out to speak HTTP.</summary>
internal static class WebHosting
{
    private const string Page =
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>chatd</title>
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:4em auto;padding:0 1em}code{background:#8883;padding:.1em .3em}</style>
        <h1>This is chatd</h1>
        <p>A chat server. It speaks ChatProtocol on this very port; a web client is not served yet.</p>
        <p>Talk from a terminal: <code>chat --server chat://HOST</code></p>
        </html>
        """;

    public static WebApplication Build(ServerOptions options, IReadOnlyList<Endpoint> endpoints, Listener listener, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        // How long the end may take is told with each order.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        // A frame must fit, and a connection whose reading is held back should hold little more.
        builder.WebHost.UseSockets(sockets => sockets.MaxReadBufferSize = 2 * options.Limits.Frame);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var endpoint in endpoints)
                Listen(kestrel, endpoint, listener);
        });
        var web = builder.Build();
        web.Run(async context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.StatusCode = context.Request.Path == "/" ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
            await context.Response.WriteAsync(Page).ConfigureAwait(false);
        });
        return web;
    }

    /// <summary>What was bound, with the ports that were taken.</summary>
    public static List<string> BoundUrls(WebApplication web, IReadOnlyList<Endpoint> endpoints) =>
        [.. endpoints.Zip(BoundAddresses(web), (endpoint, address) => endpoint is Endpoint.Unix ? endpoint.Url : endpoint.Scheme + address["http".Length..])];

    /// <summary>The one that could not be bound, after a start that failed.</summary>
    public static Endpoint FirstUnbound(WebApplication web, IReadOnlyList<Endpoint> endpoints) =>
        endpoints[Math.Min(BoundAddresses(web).Count, endpoints.Count - 1)];

    /// <summary>They are bound one by one, in the order in which they were asked for, and each is told once it is.</summary>
    private static ICollection<string> BoundAddresses(WebApplication web) =>
        web.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;

    private static void Listen(KestrelServerOptions kestrel, Endpoint endpoint, Listener listener)
    {
        switch (endpoint)
        {
            case Endpoint.Tcp tcp:
                kestrel.Listen(tcp.Address, tcp.Port, options =>
                {
                    options.Protocols = HttpProtocols.Http1;
                    options.Use(http => listener.Sniffed(http, tcp.ServesLegacy));
                });
                break;
            case Endpoint.Legacy legacy:
                kestrel.Listen(legacy.Address, legacy.Port, options => options.Use(_ => listener.Legacy));
                break;
            case Endpoint.Unix unix:
                SocketFile.RemoveIfDead(unix.Path);
                kestrel.ListenUnixSocket(unix.Path, options => options.Use(_ => unix.IsAdmin ? listener.Admin : listener.Native));
                break;
        }
    }

    /// <summary>Signals are the program's business, not the web host's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
