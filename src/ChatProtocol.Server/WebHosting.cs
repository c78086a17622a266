using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>Kestrel, for those who turn out to speak HTTP.</summary>
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

    public static WebApplication Build(HttpHandover http, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        // Kestrel asks the last one first.
        builder.Services.AddSingleton<IConnectionListenerFactory>(http);
        // How long the end may take is told with each order.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(http.EndPoint, options => options.Protocols = HttpProtocols.Http1);
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

    /// <summary>Signals are the program's business, not the web host's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
