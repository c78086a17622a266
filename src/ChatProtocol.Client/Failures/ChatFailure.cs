namespace ChatProtocol.Client;

/// <summary>The kind of failure, for a caller that has to decide how to continue.</summary>
public enum ChatFailure
{
    /// <summary>
    /// The server refused the request, with the reason in <see cref="ChatException.Code"/>. The connection goes on unless
    /// the call was to connect.
    /// </summary>
    Refused,
    /// <summary>
    /// The connection ended, or the client was closed, before there was an answer; <see cref="ChatException.Outcome"/>
    /// tells the possible effect of the call.
    /// </summary>
    Disconnected,
    /// <summary>No connection could be made.</summary>
    Unreachable,
    /// <summary>No answer came in time; <see cref="ChatException.Outcome"/> tells the possible effect of the call.</summary>
    TimedOut,
    /// <summary>The server broke the protocol; the connection is closed.</summary>
    BrokenProtocol,
    /// <summary>
    /// The peer that answered does not speak this protocol, or not yet, such as a proxy in front of a server that is
    /// starting.
    /// </summary>
    NotAChatServer,
    /// <summary>A web server answered, or a proxy in front of a server that is not there yet.</summary>
    HttpServer,
    /// <summary>A server of plain text answered, which <see cref="LegacyClient"/> joins at a <c>legacy://</c> address. One that stays silent is <see cref="TimedOut"/>.</summary>
    LegacyServer,
    /// <summary>The server speaks another version of the protocol: one of the two has to be replaced.</summary>
    UnsupportedVersion,
    /// <summary>
    /// The server's certificate is not trusted, or has not the key that is pinned; it is in <see cref="ChatException.Certificate"/>.
    /// Nothing was sent.
    /// </summary>
    UntrustedServer,
}
