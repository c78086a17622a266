namespace ChatProtocol.Torture;

/// <summary>
/// Builds chatd with failpoints, sound or broken on purpose, from a copy of the source: the source itself has no switch that
/// breaks anything. One build at a time.
/// </summary>
internal sealed class ChatdBuilder : IDisposable
{
    private static readonly string[] Copied =
        ["src", "tools/chatd", "tools/shared", "tools/Directory.Build.props", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "global.json"];

    private readonly string _source;
    private readonly string _folder = Directory.CreateTempSubdirectory("chat-workshop-").FullName;

    private bool _isRestored;
    private string? _sound;

    public ChatdBuilder(string repository)
    {
        _source = Path.Combine(repository, "tests", "ChatProtocol.Torture");
        foreach (var part in Copied)
            Copy(Path.Combine(repository, part), Path.Combine(Tree, part));
    }

    private string Tree => Path.Combine(_folder, "tree");

    /// <summary>The names of the broken variants.</summary>
    public IReadOnlyList<string> Variants =>
        [.. Directory.GetFiles(Path.Combine(_source, "variants"), "*.patch").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The description of a variant: the first line of its patch.</summary>
    public string Describe(string variant) => File.ReadLines(Patch(variant)).First();

    /// <summary>Publishes the sound chatd, as users get it, and returns the program's path.</summary>
    /// <exception cref="InvalidOperationException">The build failed.</exception>
    public async Task<string> PublishAsync() => _sound ??= await MakeAsync("publish", "sound", "-r", "linux-x64");

    /// <summary>Builds a variant, which is faster than publishing it, and returns the program's path.</summary>
    /// <exception cref="InvalidOperationException">The patch does not apply any more, or the build failed.</exception>
    public async Task<string> BuildAsync(string variant)
    {
        await ProcessRunner.RunAsync(Tree, "git", "apply", Patch(variant));
        try
        {
            // Only the first build has to restore packages.
            var program = await MakeAsync("build", variant, _isRestored ? ["--no-restore"] : []);
            _isRestored = true;
            return program;
        }
        finally
        {
            await ProcessRunner.RunAsync(Tree, "git", "apply", "--reverse", Patch(variant));
        }
    }

    /// <summary>Compiles the library that records chatd's writes for power cuts.</summary>
    public Task<string> CompilePowerLossAsync() => PowerLoss.CompileAsync(Path.Combine(_source, "powerloss.c"), _folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> MakeAsync(string how, string name, params string[] options)
    {
        var program = Path.Combine(_folder, name);
        await ProcessRunner.RunAsync(Tree, "dotnet", [how, "tools/chatd", "-c", "Release", "--nologo", "-p:Failpoints=true",
            "-p:RunAnalyzers=false", "-p:GenerateDocumentationFile=false", "-o", program, .. options]);
        return Path.Combine(program, "chatd");
    }

    private string Patch(string variant) => Path.Combine(_source, "variants", variant + ".patch");

    private static void Copy(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
            return;
        }
        foreach (var entry in Directory.EnumerateFileSystemEntries(from))
            if (Path.GetFileName(entry) is not ("bin" or "obj") and var name)
                Copy(entry, Path.Combine(to, name));
    }
}
