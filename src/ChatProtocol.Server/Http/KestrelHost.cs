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

    public static WebApplication Build(HttpHandover http, HubLoop hub, ILoggerFactory loggers)
    {
        var builder = CreateBuilder(loggers, kestrel => kestrel.Listen(http.EndPoint, options => options.Protocols = HttpProtocols.Http1));
        // Kestrel asks the factory that was added last first.
        builder.Services.AddSingleton<IConnectionListenerFactory>(http);
        var web = builder.Build();
        web.Run(async context =>
        {
            if (await FindBanAsync(hub, context).ConfigureAwait(false) is { } ban)
                await RefuseAsync(context.Response, ban).ConfigureAwait(false);
            else
                await ServePageAsync(context).ConfigureAwait(false);
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
        context.Features.Get<AcceptedConnection>() is { Transport.Remote: IPEndPoint remote } accepted
            ? await hub.FindBanAsync(accepted.Origin, AddressRange.Of(OriginResolver.Unmap(remote.Address)), context.RequestAborted).ConfigureAwait(false)
            : null;

    private static async Task RefuseAsync(HttpResponse response, Error ban)
    {
        response.StatusCode = StatusCodes.Status403Forbidden;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.Connection = "close";
        if (ban.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Ceiling(wait / 1000.0).ToString(CultureInfo.InvariantCulture);
        await response.WriteAsync($"{ban.Text}\n").ConfigureAwait(false);
    }

    private static async Task ServePageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.StatusCode = context.Request.Path == "/" ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        await context.Response.WriteAsync(Page).ConfigureAwait(false);
    }

    /// <summary>Signals are the program's business, not the web host's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
