using System.Buffers;

namespace ChatProtocol.Client;

/// <summary>Tells what answered in place of a server of this protocol, by its first bytes.</summary>
internal static class ForeignServer
{
    /// <summary>The high byte of a length below 2^24, with which a native stream begins (CP-TRA-002).</summary>
    private const byte NativeStart = 0;

    private const byte TlsHandshake = 22;

    private const byte TlsAlert = 21;

    /// <summary>The failure; null if a server of this protocol may have answered.</summary>
    /// <param name="first">The first bytes that came, at least one.</param>
    public static ChatException? Find(in ReadOnlySequence<byte> first)
    {
        Span<byte> start = stackalloc byte[5];
        start = start[..(int)Math.Min(first.Length, start.Length)];
        first.Slice(0, start.Length).CopyTo(start);
        return start[0] switch
        {
            NativeStart => null,
            TlsHandshake or TlsAlert => new ChatException(ChatFailure.NotAChatServer, "the server there speaks TLS, which a chats:// address is for"),
            (byte)'H' when "HTTP/"u8.StartsWith(start) => new ChatException(ChatFailure.HttpServer, "a web server answered there, and not one of chat: the port is another, or the server is not there yet"),
            _ when IsText(first) => new ChatException(ChatFailure.LegacyServer, "what answered there does not speak the chat protocol but plain text; a chat server of that kind has a legacy:// address"),
            _ => new ChatException(ChatFailure.NotAChatServer, "what answered there does not speak the chat protocol"),
        };
    }

    /// <summary>Whether the bytes may be lines of a plain text server, in whatever charset: no control characters but those of lines.</summary>
    private static bool IsText(in ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes)
            foreach (var one in part.Span)
                if (one is < 0x20 and not ((byte)'\r' or (byte)'\n' or (byte)'\t') or 0x7f)
                    return false;
        return true;
    }
}
