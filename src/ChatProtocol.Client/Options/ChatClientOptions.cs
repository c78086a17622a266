using System.Security.Cryptography;
using System.Text;
using Polly;

namespace ChatProtocol.Client;

/// <summary>
/// The settings of a client: the server, the user and the time limits. Checked once, by
/// <see cref="ChatClient.ConnectAsync"/>.
/// </summary>
public sealed record ChatClientOptions
{
    internal const int SecretSize = 32;
    internal const int PublisherSize = 16;

    // Any name would do: the server tells the account's.
    private const string NameOfToken = "token";

    /// <summary>The server's address. <c>chat://127.0.0.1:9999</c> by default.</summary>
    public ChatAddress Address { get; init; } = ChatAddress.Default;

    /// <summary>
    /// Another way to the server than a socket, such as a channel of SSH, a proxy, or the memory of a test. It is called for every
    /// connection with <see cref="Address"/>, gives a stream that reads and writes at the same time, which the client owns, and throws what it
    /// likes. <see cref="Address"/> goes on saying what runs over it: TLS for <c>chats://</c>, whose certificate is checked for its host; and
    /// whether others could read it, so that passwords and tokens take <c>chats://</c>, a Unix socket's address or one of this machine
    /// (CP-ACC-006). Null, the default, for a socket.
    /// </summary>
    public Func<ChatAddress, CancellationToken, ValueTask<Stream>>? Dial { get; init; }

    /// <summary>
    /// The one key that a <c>chats://</c> server may have, whatever its certificate says otherwise. Null, the default, for any server
    /// whose certificate leads to a root that this machine trusts and has the address's host name; another is refused with
    /// <see cref="ChatFailure.UntrustedServer"/> before anything is sent (CP-TLS-006).
    /// </summary>
    public CertificatePin? Pin { get; init; }

    /// <summary>
    /// The user's name, by the rules of <see cref="Names"/>; the server may refuse a guest's as taken, and ignores it for a token.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// The kind of credential for the login. A guest's key by default, which needs a <see cref="Secret"/>; <see cref="ForAccount"/>,
    /// <see cref="ForToken"/> and <see cref="ForAdmin"/> make the options for the others.
    /// </summary>
    public CredentialKind Credential { get; init; } = CredentialKind.GuestKey;

    /// <summary>
    /// A guest's secret of 32 random bytes, as <see cref="GuestSecret"/> keeps it. It is never sent: the server gets a key
    /// derived from it and the server's id, so that no server can log in as its guests on another (CP-SES-007). For an account the bytes
    /// of its password or token, which are sent as they are, and over TLS, a Unix socket or to this machine alone (CP-ACC-006).
    /// </summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>
    /// 16 secret bytes that make posts idempotent, or null for fresh random ones, which is the default. Counters begin at 1
    /// in each room, so the first posts of a publisher that was used before are taken for its earlier ones (CP-DEL-005).
    /// </summary>
    public ReadOnlyMemory<byte>? Publisher { get; init; }

    /// <summary>
    /// Whether a refused post stops all posting in its room: the posts behind it fail too and are never stored. Off by default:
    /// they are stored without it.
    /// </summary>
    public bool StopAtRefusal { get; init; }

    /// <summary>
    /// Whether private rooms are joined when a message is posted there, told by <see cref="PrivateRoomOpened"/>. Off by
    /// default.
    /// </summary>
    public bool Inbox { get; init; }

    /// <summary>The program's name and version, told to the server; at most 64 bytes. The SDK's own by default.</summary>
    public string Agent { get; init; } = "chat-dotnet/" + typeof(ChatClientOptions).Assembly.GetName().Version?.ToString(3);

    /// <summary>How long connecting may take, login included. 10 seconds by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long to try to make the first connection, as a lost one is tried again: zero, the default, for one attempt, and
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit. A refusal that would be the same the next time, such as a wrong password, ends it
    /// at once (<see cref="ChatException.MayRetry"/>).
    /// </summary>
    public TimeSpan ConnectFor { get; init; }

    /// <summary>
    /// How long to try to restore a lost connection before the session ends: <see cref="Timeout.InfiniteTimeSpan"/>,
    /// the default, for no limit, and zero for no attempt. Attempts follow a back-off with growing random delays of up to 10 seconds, and
    /// not before the server announced to be back. After a kick or a shutdown for good there are none.
    /// </summary>
    public TimeSpan ReconnectFor { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// A Polly pipeline in place of the back-off and its time limits, for the first connection and for each that is made again. It runs an
    /// attempt, which fails with a <see cref="ChatException"/>; after a loss the first one fails at once with the loss, so that the pipeline's
    /// delay comes before anything is tried. When the pipeline gives up, the session ends. A <see cref="ReconnectFor"/> of zero still means no
    /// attempt. It may be shared between clients. Null, the default, for the back-off.
    /// </summary>
    /// <remarks>Retry only what <see cref="ChatException.MayRetry"/> says: another attempt with a wrong password is a failed login more.</remarks>
    public ResiliencePipeline? Reconnect { get; init; }

    /// <summary>
    /// A file for the posts that are not acknowledged yet, or null, the default, for none. It holds the posts whose outcome a
    /// killed program did not learn: the next <see cref="ChatClient.ConnectAsync"/> with the same file sends them
    /// again, without a second effect (<see cref="ChatClient.Recovered"/>), and goes on behind <see cref="ChatClient.LastSettledTag"/>. Only
    /// one client at a time can use it.
    /// </summary>
    public string? Outbox { get; init; }

    /// <summary>
    /// Whether the outbox is synced to the disk before its posts are sent, so that it also survives a power cut and not only the end of the
    /// program. Off by default, as each post then waits for the disk; those that come meanwhile wait for the next sync together.
    /// </summary>
    public bool OutboxSync { get; init; }

    /// <summary>
    /// How long a request may go unanswered while there is a connection, counted from when it is sent, to about a second; not a post in a
    /// room with slow mode (<see cref="ChatRoom.SlowMode"/>), which may wait there. While a request waits for its turn, it fails only
    /// if no request at all was answered for so long. 30 seconds by default.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes of each room's messages that may wait to be taken from <see cref="ChatClient.EventsAsync"/>: above that the server
    /// holds that room back, and no other (CP-DEL-031). With a server that gives no credit, the client leaves the room
    /// and joins it again at its cursor. 256 KiB by default; up to 64 KiB more, or one message, come at once.
    /// </summary>
    public int RoomWindow { get; init; } = 256 * 1024;

    /// <summary>
    /// How long the server may be silent before a keep-alive ping is sent; one is also sent when a call has timed out.
    /// 15 seconds by default, checked every second.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the server may stay silent after the ping until the connection counts as lost and is made again. 15 seconds
    /// by default.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The clock and the timers. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The options of an admin: no secret, and a name that the server ignores, as each admin is called <c>admin</c>. The server
    /// lets in whoever may open its admin socket.
    /// </summary>
    /// <param name="adminSocket">The admin socket: <c>unix:</c> and the path of <c>admin.sock</c> in the server's data folder.</param>
    public static ChatClientOptions ForAdmin(ChatAddress adminSocket) =>
        new() { Address = adminSocket, Name = "admin", Credential = CredentialKind.LocalAdmin };

    /// <summary>
    /// The options of a person with an account. A connection that others could read is refused with <see cref="ErrorCode.NeedsTls"/>
    /// before anything is sent. For <see cref="ChatClient.ConnectAsync"/>, and for <see cref="ChatClient.RegisterAsync"/>, which makes the account.
    /// </summary>
    /// <param name="address">The server's address: <c>chats://</c>, a Unix socket, or this machine.</param>
    /// <param name="name">The account's name.</param>
    /// <param name="password">The password, at most <see cref="Secrets.MaxPassword"/> bytes; a new one has at least <see cref="Secrets.MinPassword"/>.</param>
    /// <exception cref="ArgumentException">The password is empty or too long.</exception>
    public static ChatClientOptions ForAccount(ChatAddress address, string name, string password) =>
        new() { Address = address, Name = name, Credential = CredentialKind.Password, Secret = Secrets.OfPassword(password) };

    /// <summary>
    /// The options of a program, by a token of its account; <see cref="ChatClient.Name"/> is then the account's. A connection that others
    /// could read is refused with <see cref="ErrorCode.NeedsTls"/> before anything is sent.
    /// </summary>
    /// <param name="address">The server's address: <c>chats://</c>, a Unix socket, or this machine.</param>
    /// <param name="token">The token, as <see cref="ChatAccount.CreateTokenAsync"/> gave it; white space around it does not matter.</param>
    /// <exception cref="ArgumentException">That cannot be a token.</exception>
    public static ChatClientOptions ForToken(ChatAddress address, string token) =>
        new() { Address = address, Name = NameOfToken, Credential = CredentialKind.Token, Secret = Secrets.OfCode(token) };

    /// <summary>The name and the address; secrets are left out.</summary>
    public override string ToString() => $"{Name} at {Address}";

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Address);
        ArgumentNullException.ThrowIfNull(Name);
        ArgumentNullException.ThrowIfNull(Agent);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (Address.IsLegacy)
            throw new ArgumentException($"{Address} is a server of plain text, which {nameof(LegacyClient)} joins.");
        if (Names.Validate(Name) is { } fault)
            throw new ArgumentException($"'{Name}' cannot be a name: {fault}.");
        if (Credential == CredentialKind.GuestKey && Secret.Length != SecretSize)
            throw new ArgumentException($"A guest's {nameof(Secret)} has {SecretSize} bytes; this one has {Secret.Length}.");
        if (Credential == CredentialKind.Password && Secret.Length is 0 or > Secrets.MaxPassword)
            throw new ArgumentException($"The {nameof(Secret)} of an account is its password, of 1 to {Secrets.MaxPassword} bytes; {nameof(ForAccount)} sets it.");
        if (Credential == CredentialKind.Token && Secret.Length is 0 or > Secrets.MaxCode)
            throw new ArgumentException($"The {nameof(Secret)} of a token is the token, of 1 to {Secrets.MaxCode} bytes; {nameof(ForToken)} sets it.");
        if (Publisher is { } publisher && publisher.Length != PublisherSize)
            throw new ArgumentException($"A {nameof(Publisher)} has {PublisherSize} bytes; this one has {publisher.Length}.");
        if (Encoding.UTF8.GetByteCount(Agent) > 64)
            throw new ArgumentException($"The {nameof(Agent)} has at most 64 bytes of UTF-8.");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero, nameof(ConnectTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestTimeout, TimeSpan.Zero, nameof(RequestTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(KeepAliveInterval, TimeSpan.Zero, nameof(KeepAliveInterval));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(KeepAliveTimeout, TimeSpan.Zero, nameof(KeepAliveTimeout));
        if (ConnectFor != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(ConnectFor, TimeSpan.Zero, nameof(ConnectFor));
        if (ReconnectFor != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectFor, TimeSpan.Zero, nameof(ReconnectFor));
        if (Outbox is not null && Publisher is not null)
            throw new ArgumentException($"An {nameof(Outbox)} chooses its {nameof(Publisher)} itself.");
        ArgumentOutOfRangeException.ThrowIfLessThan(RoomWindow, 1, nameof(RoomWindow));
    }

    /// <summary>Whether the login sends its secret as it is.</summary>
    internal bool SendsSecret => Credential is CredentialKind.Password or CredentialKind.Token;

    internal ReadOnlyMemory<byte> KeyFor(ReadOnlyMemory<byte> server) => HMACSHA256.HashData(Secret.Span, server.Span);
}
