using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>Kestrel, for connections that turn out to speak HTTP.</summary>
internal static class KestrelHost
{
    /// <summary>Bytes of a request's headers; it asks for a file of the page, or begins a WebSocket.</summary>
    private const int MaxHeaders = 16 * 1024;

    /// <summary>
    /// How long a browser's connection is kept for its next request. A browser opens six, and each counts for its address: a class that opens
    /// the page at once is not to wait for those that have it.
    /// </summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>How long a request's headers may take.</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(20);

    public static WebApplication Build(HttpHandover http, HubLoop hub, WebOrigins origins, ILoggerFactory loggers)
    {
        var builder = CreateBuilder(loggers, kestrel =>
        {
            var limits = kestrel.Limits;
            limits.KeepAliveTimeout = KeepAlive;
            limits.RequestHeadersTimeout = HeadersTimeout;
            limits.MaxRequestBodySize = 0;
            limits.MaxRequestHeadersTotalSize = MaxHeaders;
            kestrel.Listen(http.EndPoint, options => options.Protocols = HttpProtocols.Http1);
        });
        // Kestrel asks the factory that was added last first.
        builder.Services.AddSingleton<IConnectionListenerFactory>(http);
        var web = builder.Build();
        var page = new PageFiles();
        web.Run(async context =>
        {
            var request = context.Request;
            if (await FindBanAsync(hub, context).ConfigureAwait(false) is { } ban)
                await RefuseAsync(context.Response, ban).ConfigureAwait(false);
            else if (origins.FindRefusal(request) is { } refusal)
                await context.Response.SayAsync(StatusCodes.Status403Forbidden, refusal).ConfigureAwait(false);
            else if (request.Path == WebOrigins.WebSocketPath)
                await WebSocketHandshake.AnswerAsync(context).ConfigureAwait(false);
            else
                await page.ServeAsync(context).ConfigureAwait(false);
        });
        return web;
    }

    /// <summary>A web host that reads no configuration, logs to the server's log, and leaves signals and deadlines to the server.</summary>
    public static WebApplicationBuilder CreateBuilder(ILoggerFactory loggers, Action<KestrelServerOptions> configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        // Each order to stop has a grace time of its own.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            configure(kestrel);
        });
        return builder;
    }

    /// <summary>
    /// A ban is found by the connection's address, as for every protocol; no header of a request is believed (CP-BAN-003).
    /// </summary>
    private static async Task<Error?> FindBanAsync(HubLoop hub, HttpContext context) =>
        context.Features.Get<HandedConnection>()?.Accepted is { Transport.Remote: IPEndPoint remote } accepted
            ? await hub.FindBanAsync(accepted.Origin, AddressRange.Of(OriginResolver.Unmap(remote.Address)), context.RequestAborted).ConfigureAwait(false)
            : null;

    private static async Task RefuseAsync(HttpResponse response, Error ban)
    {
        response.Headers.Connection = "close";
        if (ban.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Ceiling(wait / 1000.0).ToString(CultureInfo.InvariantCulture);
        await response.SayAsync(StatusCodes.Status403Forbidden, ban.Text).ConfigureAwait(false);
    }

    /// <summary>Signals are the program's business, not the web host's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
