using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// Serves <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c> at an endpoint of their own, by a Kestrel of its own: nothing that comes by
/// the chat port gets here. What a stranger may send is bounded, and no body is read.
/// </summary>
internal sealed class OperationsHost : IAsyncDisposable
{
    private const int MaxConnections = 64;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a request that is being answered may take when the server ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    private readonly WebApplication _web;
    private readonly Pages _pages;

    private OperationsHost(IPEndPoint at, Pages pages, ILoggerFactory loggers)
    {
        _pages = pages;
        var builder = KestrelHost.CreateBuilder(loggers, kestrel =>
        {
            var limits = kestrel.Limits;
            limits.MaxConcurrentConnections = MaxConnections;
            limits.RequestHeadersTimeout = HeadersTimeout;
            limits.MaxRequestBodySize = 0;
            limits.MaxRequestLineSize = 2048;
            limits.MaxRequestHeadersTotalSize = 8192;
            limits.MaxRequestHeaderCount = 50;
            kestrel.Listen(at, options => options.Protocols = HttpProtocols.Http1);
        });
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    /// <summary>The URL, with the port that was taken.</summary>
    public string Url => _web.Urls.Single();

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ServerException">The address cannot be bound; the message says why.</exception>
    public static async Task<OperationsHost> StartAsync(IPEndPoint at, Pages pages, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var host = new OperationsHost(at, pages, loggers);
        try
        {
            await host._web.StartAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch (Exception e)
        {
            await host._web.DisposeAsync().ConfigureAwait(false);
            if (FindSocketFailure(e) is { } failure)
                throw new ServerException($"metrics cannot be served at http://{at}: {Explain(failure)}", e);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        await _web.StopAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _web.DisposeAsync().ConfigureAwait(false);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Func<HttpResponse, Task>? page = request.Path.Value switch
        {
            "/livez" => async response => await SayAsync(response, await _pages.Hindrance().ConfigureAwait(false)).ConfigureAwait(false),
            "/readyz" => response => SayAsync(response, _pages.Unready()),
            "/metrics" => response => WriteAsync(response, StatusCodes.Status200OK, MetricsCollector.ContentType, _pages.Metrics()),
            _ => null,
        };
        context.Response.Headers.CacheControl = "no-store";
        if (page is null)
            return SayAsync(context.Response, "there is only /livez, /readyz and /metrics", StatusCodes.Status404NotFound);
        return request.IsReading() ? page(context.Response) : context.Response.RefuseMethodAsync();
    }

    private static Task SayAsync(HttpResponse response, string? fault, int status = StatusCodes.Status503ServiceUnavailable) =>
        response.SayAsync(fault is null ? StatusCodes.Status200OK : status, fault ?? "ok");

    private static Task WriteAsync(HttpResponse response, int status, string type, string text)
    {
        response.StatusCode = status;
        response.ContentType = type;
        return response.WriteAsync(text);
    }

    private static SocketException? FindSocketFailure(Exception? failure)
    {
        while (failure is not null and not SocketException)
            failure = failure.InnerException;
        return (SocketException?)failure;
    }

    private static string Explain(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "it is in use. Choose another port with --metrics",
        SocketError.AddressNotAvailable => "this machine has no such address",
        SocketError.AddressFamilyNotSupported => "this machine has no IPv6",
        SocketError.AccessDenied => "permission denied: a port below 1024 is for root",
        _ => failure.Message,
    };

    /// <summary>The contents of the pages.</summary>
    /// <param name="Hindrance">Why the server is to be killed and started anew; null if it lives.</param>
    /// <param name="Unready">Why the server is to be sent nobody; null if it is ready.</param>
    /// <param name="Metrics">The figures.</param>
    public sealed record Pages(Func<Task<string?>> Hindrance, Func<string?> Unready, Func<string> Metrics);
}
