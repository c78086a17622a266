using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ChatProtocol.Server;

/// <summary>The opening handshake of a WebSocket, as RFC 6455 has it, for the one subprotocol that there is (CP-WSK-001).</summary>
internal static class WebSocketHandshake
{
    private const string Protocol = "chat.v1";

    /// <summary>Upgrades the connection, or says what is wrong with the request.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var response = context.Response;
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || !Lists(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.Upgrade = "websocket";
            await response.SayAsync(StatusCodes.Status426UpgradeRequired, "this is for WebSockets: open ws://HOST/ws, or wss://, with the subprotocol chat.v1").ConfigureAwait(false);
        }
        else if (headers.SecWebSocketVersion != "13")
        {
            response.Headers.SecWebSocketVersion = "13";
            await response.SayAsync(StatusCodes.Status426UpgradeRequired, "this server speaks version 13 of WebSocket").ConfigureAwait(false);
        }
        else if (!Lists(headers.SecWebSocketProtocol, Protocol, StringComparison.Ordinal))
            await response.SayAsync(StatusCodes.Status400BadRequest, $"the subprotocol {Protocol} was not offered: it is the only one here").ConfigureAwait(false);
        else if (!IsKey(headers.SecWebSocketKey))
            await response.SayAsync(StatusCodes.Status400BadRequest, "Sec-WebSocket-Key is not 16 bytes in base64").ConfigureAwait(false);
        else
            await UpgradeAsync(context, upgrade).ConfigureAwait(false);
    }

    private static async Task UpgradeAsync(HttpContext context, IHttpUpgradeFeature upgrade)
    {
        var headers = context.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());
        headers.SecWebSocketProtocol = Protocol;
        await upgrade.UpgradeAsync().ConfigureAwait(false);
        context.Features.GetRequiredFeature<HandedConnection>().GoOnAsWebSocket(Protocol);
    }

    private static bool Lists(string? header, string wanted, StringComparison comparison) =>
        header is not null && header.Split(',', StringSplitOptions.TrimEntries).Any(one => one.Equals(wanted, comparison));

    private static bool IsKey(string? key) => key is { Length: 24 } && Convert.TryFromBase64String(key, stackalloc byte[18], out var length) && length == 16;

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6455 has it so; it protects nothing")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes($"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
