using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatProtocol.Tests;

/// <summary>The cases of <c>spec/vectors/legacy</c>.</summary>
internal static class LegacyVectors
{
    public static IReadOnlyList<LegacyReading> Readings { get; } = Load<LegacyReading>("reading");

    public static IReadOnlyList<LegacyWriting> Writings { get; } = Load<LegacyWriting>("writing");

    public static IReadOnlyList<LegacyLayoutCase> Layouts { get; } = Load<LegacyLayoutCase>("layout");

    public static IEnumerable<string> Proved =>
        Readings.SelectMany(v => v.Reqs).Concat(Writings.SelectMany(v => v.Reqs)).Concat(Layouts.SelectMany(v => v.Reqs));

    private static List<T> Load<T>(string file) =>
        JsonSerializer.Deserialize<List<T>>(File.ReadAllText(Repository.PathOf("spec", "vectors", "legacy", file + ".json")), SpecJson.Options)!;
}

/// <summary>What is read and how long it is quiet, and the messages that makes.</summary>
internal sealed record LegacyReading(
    string Id, IReadOnlyList<string> Reqs, LegacyCharset Charset, IReadOnlyList<LegacyStep> Steps, IReadOnlyList<JsonObject> Messages, bool Closes);

/// <summary>One of the two.</summary>
internal sealed record LegacyStep(string? Read, int Quiet);

/// <summary>An entry, and its bytes.</summary>
internal sealed record LegacyWriting(string Id, IReadOnlyList<string> Reqs, LegacyCharset Charset, string Mark, string Name, string Text, string Hex, bool Action = false);

/// <summary>What is sent to one reader, and when.</summary>
internal sealed record LegacyLayoutCase(string Id, IReadOnlyList<string> Reqs, LegacyCharset Charset, IReadOnlyList<LegacySending> Sendings);

/// <summary>Lines that are sent at once, and their bytes.</summary>
internal sealed record LegacySending(int At, string Text, string Hex);
