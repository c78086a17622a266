using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class GuestSecretTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chat-secret-").FullName;

    private string File => Path.Combine(_folder, "chat", "secret");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 10_000)]
    public async Task The_first_run_makes_a_secret_that_only_its_user_can_read()
    {
        var secret = await GuestSecret.LoadOrCreateAsync(File, Stop);

        Assert.Equal((32, true, null), (secret.Bytes.Length, secret.Persistent, secret.Warning));
        Assert.Equal(secret.Bytes.ToArray(), await System.IO.File.ReadAllBytesAsync(File, Stop));
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_next_run_finds_the_same_secret()
    {
        var first = await GuestSecret.LoadOrCreateAsync(File, Stop);
        var second = await GuestSecret.LoadOrCreateAsync(File, Stop);

        Assert.Equal(first.Bytes.ToArray(), second.Bytes.ToArray());
    }

    [Fact(Timeout = 20_000)]
    public async Task First_runs_at_once_all_get_the_same_secret()
    {
        var secrets = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => GuestSecret.LoadOrCreateAsync(File, Stop), Stop)));

        Assert.All(secrets, s => Assert.True(s.Persistent));
        Assert.Single(secrets.Select(s => Convert.ToHexString(s.Bytes.Span)).Distinct());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_run_that_died_before_it_wrote_the_secret_is_made_good()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllBytesAsync(File, [], Stop);

        var secret = await GuestSecret.LoadOrCreateAsync(File, Stop);

        Assert.True(secret.Persistent);
        Assert.Equal(32, new FileInfo(File).Length);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(31)]
    [InlineData(33)]
    public async Task A_file_of_another_size_is_no_secret_and_stays_as_it_is(int size)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllBytesAsync(File, new byte[size], Stop);

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => GuestSecret.LoadOrCreateAsync(File, Stop));

        Assert.Contains(File, e.Message, StringComparison.Ordinal);
        Assert.Contains($"has {size}", e.Message, StringComparison.Ordinal);
        Assert.Equal(size, new FileInfo(File).Length);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_secret_that_others_can_read_comes_with_a_warning()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no modes there");
        await GuestSecret.LoadOrCreateAsync(File, Stop);
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var secret = await GuestSecret.LoadOrCreateAsync(File, Stop);

        Assert.True(secret.Persistent);
        Assert.Contains($"chmod 600 '{File}'", secret.Warning, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task Without_a_folder_to_write_to_the_secret_is_for_this_run_only()
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "chat"), "a file where the folder should be", Stop);

        var secret = await GuestSecret.LoadOrCreateAsync(File, Stop);

        Assert.Equal((32, false), (secret.Bytes.Length, secret.Persistent));
        Assert.Contains("this run only", secret.Warning, StringComparison.Ordinal);
    }
}
