using ChatProtocol.Client;
using ChatProtocol.Hosting;
using ChatProtocol.Testing;
using ChatProtocol.Tests.Reference;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The reference is what the documentation comments say. With UPDATE_README=1 in the environment it is made so.</summary>
public sealed class ApiReferenceTests
{
    [Fact]
    public void The_reference_is_what_the_documentation_comments_say()
    {
        // Of the wire what users of the SDK meet: neither frames nor their codec.
        var reference = new ApiReference(
            [typeof(Names).Assembly, typeof(ChatClient).Assembly, typeof(ChatClientBuilder).Assembly, typeof(ChatTestServer).Assembly],
            (type, folder) => type.Assembly != typeof(Names).Assembly || folder.Length == 0);
        var folder = Repository.PathOf("src", "ChatProtocol.Client", "docs", "api");
        var pages = reference.Pages().ToDictionary();
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
            Write(folder, pages);

        Assert.Equal(pages.Keys.Order(), Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(pages, page => Assert.Equal(page.Value, File.ReadAllText(Path.Combine(folder, page.Key))));
    }

    private static void Write(string folder, Dictionary<string, string> pages)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var (file, text) in pages)
            File.WriteAllText(Path.Combine(folder, file), text);
    }
}
