using Xunit;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>The client in Python, which was written from the spec alone, reads and writes the frames of the vectors.</summary>
[OneTry]
public sealed class PythonVectorTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_Python_client_takes_the_vectors_for_what_they_are() =>
        Assert.Matches("^[0-9]{4} vectors, 0 taken for something else\n$", (await ToolProcess.RunAsync("python3", [Repository.PathOf("tests", "scenarios", "vectors.py")], new Dictionary<string, string>())).Done().Output);
}
