using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace ChatProtocol.Server;

/// <summary>
/// First lines that are plainly another protocol's, so that a scanner or a mail client does not speak in the lobby
/// (CP-LEG-062). A word that people say is not enough: the line as a whole has to have the protocol's form.
/// </summary>
internal sealed partial class ForeignGreeting
{
    /// <summary>The most bytes of a line that are looked at.</summary>
    public const int Longest = 512;

    private static readonly ForeignGreeting[] All =
    [
        new(HttpLine, null),
        new(SessionLine, "{0} 400 Bad Request\r\n\r\n"),
        new(MailLine, "554 this is a chat server, no mail is taken here\r\n"),
        new(RedisLine, "-ERR this is a chat server\r\n"),
        new(IrcLine, "ERROR :this is a chat server of another protocol\r\n"),
        new(ImapLine, "* BYE this is a chat server\r\n"),
        new(OtherLine, "*** this is a chat server, and that was the greeting of another protocol\r\n"),
    ];

    private readonly Regex _form;
    private readonly string? _lastWord;

    private ForeignGreeting(Regex form, string? lastWord) => (_form, _lastWord) = (form, lastWord);

    /// <summary>Whether the greeting is HTTP's, which is served.</summary>
    public bool IsHttp => _lastWord is null;

    /// <summary>
    /// The greeting that the bytes begin with, and the last word to answer, in the other protocol's own form where that is a line; null
    /// if there is none, or it is not complete yet.
    /// </summary>
    public static ForeignGreeting? Find(in ReadOnlySequence<byte> first, out byte[] lastWord)
    {
        lastWord = [];
        var text = Encoding.Latin1.GetString(first.Slice(0, Math.Min(first.Length, Longest)));
        foreach (var greeting in All)
        {
            if (greeting._form.Match(text) is not { Success: true } match)
                continue;
            lastWord = Encoding.ASCII.GetBytes(greeting._lastWord?.Replace("{0}", match.Groups["version"].Value, StringComparison.Ordinal) ?? "");
            return greeting;
        }
        return null;
    }

    // The oldest HTTP has a path alone; its line end tells it from chat.
    [GeneratedRegex(@"^([!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP/[0-9](\.[0-9])?\r?\n|[A-Z]{3,20} /\S*\r\n)")]
    private static partial Regex HttpLine { get; }

    [GeneratedRegex(@"^[A-Z_]+ \S+ (?<version>(RTSP|SIP|ICAP)/[0-9]\.[0-9])\r?\n")]
    private static partial Regex SessionLine { get; }

    // "helo" is also a way in which people greet; scanners send the word alone.
    [GeneratedRegex(@"^((EHLO|HELO|LHLO)\r\n|(?i:EHLO|LHLO) \S+\r?\n|HELO \S+\r\n|(?i:HELO) (\S+\.\S+|\[\S+\])\r?\n|(?i:MAIL FROM:)<\S*>)")]
    private static partial Regex MailLine { get; }

    // Redis takes words too: a password with any line end where the word is in capitals, as scripts have it.
    [GeneratedRegex(@"^(\*[0-9]{1,4}\r\n|(?i:AUTH) (?!(TLS|SSL)\r)\S+( \S+)?\r\n|AUTH \S+( \S+)?\n|(?i:HELLO) [23]( \S+)*\r\n|(PING|INFO|QUIT|NOOP)\r\n)")]
    private static partial Regex RedisLine { get; }

    [GeneratedRegex(@"^(CAP (LS( 30[0-9])?|REQ :?\S+)\r?\n|(NICK|PASS) \S+\r\n|(NICK|PASS) \S+\n(NICK|USER) |USER \S+ \S+ \S+ :)")]
    private static partial Regex IrcLine { get; }

    [GeneratedRegex(@"^[A-Za-z]{0,4}[0-9]{1,6} (CAPABILITY|LOGIN \S+ \S+|STARTTLS|ID \S.*)\r\n")]
    private static partial Regex ImapLine { get; }

    // SSH, VNC, rsync, FTP and POP3, XMPP, JSON-RPC, NATS, STOMP, memcached, and the PROXY protocol.
    [GeneratedRegex("""
        ^(SSH-[0-9]\.[0-9]+-\S+|RFB [0-9]{3}\.[0-9]{3}\n|@RSYNCD: [0-9]|USER \S+\r\n|AUTH (TLS|SSL)\r\n|<\?xml version=|<stream:stream |\{[^\n]*"method"\s*:\s*"[^\n]*"params"\s*:|CONNECT \{[^\n]*\}\r\n|(CONNECT|STOMP)\r?\n[a-z-]+:|(set|add|replace) \S+ [0-9]+ [0-9]+ [0-9]+\r\n|PROXY (TCP4|TCP6|UNKNOWN)[ \r]|(HTTP|RTSP|SIP)/[0-9]\.[0-9] [0-9]{3})
        """)]
    private static partial Regex OtherLine { get; }
}
