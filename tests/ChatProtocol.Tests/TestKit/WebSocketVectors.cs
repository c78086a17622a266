using System.Text.Json;

namespace ChatProtocol.Tests;

/// <summary>The cases of <c>spec/vectors/websocket</c>.</summary>
internal static class WebSocketVectors
{
    public static IReadOnlyList<WebSocketHandshakeCase> Handshakes { get; } = Load<WebSocketHandshakeCase>("handshakes");

    public static IReadOnlyList<WebSocketMessageCase> Messages { get; } = Load<WebSocketMessageCase>("messages");

    public static IEnumerable<string> Proved => Handshakes.SelectMany(v => v.Reqs).Concat(Messages.SelectMany(v => v.Reqs));

    private static List<T> Load<T>(string file) =>
        JsonSerializer.Deserialize<List<T>>(File.ReadAllText(Repository.PathOf("spec", "vectors", "websocket", file + ".json")), SpecJson.Options)!;
}

/// <summary>The lines of a request, and the status and some headers of its answer.</summary>
internal sealed record WebSocketHandshakeCase(string Id, string Comment, IReadOnlyList<string> Reqs, IReadOnlyList<string> Request, int Status, IReadOnlyDictionary<string, string> Headers);

/// <summary>The bytes that a client sends behind the handshake, the stream that they carry, the control frames that answer, and the code of the server's close.</summary>
internal sealed record WebSocketMessageCase(string Id, string Comment, IReadOnlyList<string> Reqs, string Hex, string Stream, IReadOnlyList<string> Answers, int? Close);
