using System.Diagnostics;

namespace ChatProtocol.Server;

/// <summary>
/// The source of the server's activities (spans), for a program that listens: <c>commit</c> for each batch of the log, <c>tls</c> for
/// each handshake. Nothing is made while nobody listens.
/// </summary>
internal static class ServerActivity
{
    public static ActivitySource Source { get; } = new(ServerMeter.Name);
}
