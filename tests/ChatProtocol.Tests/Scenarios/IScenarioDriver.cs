using System.Text.Json.Nodes;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>A client library that scenarios run with: all clients of a scenario are its (<c>spec/scenarios/README.md</c>).</summary>
internal interface IScenarioDriver : IAsyncDisposable
{
    /// <summary>The abilities that not every client has.</summary>
    IReadOnlySet<string> Offers { get; }

    /// <summary>The scheme of the addresses that it is given: <c>chat</c> or <c>ws</c>.</summary>
    string Scheme { get; }

    /// <summary>Carries a command out; the answer has <c>ok</c> or <c>error</c>. Commands begin in the order of the calls.</summary>
    Task<JsonObject> CallAsync(JsonObject command);
}
