namespace ChatProtocol.Tests;

/// <summary>The programs in tests/samples, which show how the SDK is used and were built together with these tests.</summary>
internal static class SampleProgram
{
    private static readonly Dictionary<string, string> Environment = new() { ["NO_COLOR"] = "" };

    public static IReadOnlyList<string> Names { get; } = ["bot", "bridge", "hosted-service", "shipper", "tail", "testing"];

    public static string SourceOf(string name) => File.ReadAllText(Repository.PathOf("tests", "samples", name, "Program.cs"));

    /// <summary>Starts one in a folder, where its files are.</summary>
    public static ToolProcess Start(string name, TemporaryFolder folder, params string[] arguments) =>
        StartThis(Repository.PathOf("tests", "samples", name, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", name), folder, arguments);

    /// <summary>Starts one that lies elsewhere, as a native program that was published.</summary>
    public static ToolProcess StartThis(string program, TemporaryFolder folder, params string[] arguments) =>
        ToolProcess.Start("env", [$"--chdir={folder.Path}", program, .. arguments], Environment);
}
