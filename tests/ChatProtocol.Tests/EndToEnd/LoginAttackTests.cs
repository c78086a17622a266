using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>A thousand wrong passwords a second, over TLS, from addresses that are not near.</summary>
[Collection(nameof(AttackTests))]
public sealed class LoginAttackTests : IDisposable
{
    private const int PerSecond = 1000;
    private const string Password = "correct horse";

    private readonly ConcurrentDictionary<ErrorCode, int> _refusals = new();
    private readonly List<PeriodicTimer> _paces = [];

    [Spec("CP-ACC-007", "CP-ACC-025")]
    [Fact(Timeout = 120_000)]
    public async Task A_thousand_wrong_passwords_a_second_from_one_address()
    {
        const int Connections = 20;
        await using var attack = await Attack.BeginAsync("--listen", "tls://127.0.0.1:0", "--near", "unix,127.0.0.1");
        await MakeAccountAsync(attack);
        for (var i = 0; i < Connections; i++)
            await FloodAsync(attack, "127.1.0.1", i % 2 == 0 ? "ann" : $"nobody-{i}", TimeSpan.FromSeconds(1.0 * Connections / PerSecond));

        // The one whose password they try comes in as ever, from elsewhere.
        await using var ann = await ConnectAsync(attack, "127.1.0.2");
        Assert.Equal("ann", (await ann.AskAsync<LoggedIn>(LoginOf(ann, "ann", Password))).Name);
        await attack.HoldsOutAsync(memory: 250, disk: 50);
        Tell();
        // An address has 40 wrong ones, and then one in five seconds.
        Assert.InRange(_refusals[ErrorCode.LoginFailed], 1, 60);
        Assert.True(_refusals[ErrorCode.RateLimited] > _refusals[ErrorCode.LoginFailed]);
    }

    [Spec("CP-ACC-007", "CP-ACC-025")]
    [Fact(Timeout = 180_000)]
    public async Task A_thousand_wrong_passwords_a_second_from_as_many_addresses()
    {
        const int Addresses = 1000;
        await using var attack = await Attack.BeginAsync("--listen", "tls://127.0.0.1:0", "--near", "unix,127.0.0.1");
        await MakeAccountAsync(attack);
        await Parallel.ForAsync(0, Addresses, TestContext.Current.CancellationToken, async (i, _) => await FloodAsync(
            attack, string.Create(CultureInfo.InvariantCulture, $"127.1.{i / 250}.{1 + (i % 250)}"), i % 2 == 0 ? "ann" : $"nobody-{i}", TimeSpan.FromSeconds(1.0 * Addresses / PerSecond)));

        await attack.HoldsOutAsync(memory: 500, disk: 50);
        Tell();
        Assert.True(_refusals[ErrorCode.LoginFailed] > 0);
    }

    public void Dispose() => _paces.ForEach(pace => pace.Dispose());

    private static async Task MakeAccountAsync(Attack attack)
    {
        await using var admin = await (await RawClient.ConnectAsync(attack.AdminSocket)).LogInAsAdminAsync();
        await admin.AskAsync<Ok>(new CreateAccount(admin.NextId(), "ann", (int)AccountRole.Member, Encoding.UTF8.GetBytes(Password)));
    }

    private static async Task<RawClient> ConnectAsync(Attack attack, string from)
    {
        var client = await RawClient.ConnectTlsAsync(attack.Tls, from: from);
        await client.SendAsync(client.Hello());
        await client.ReceiveAsync<Welcome>();
        return client;
    }

    /// <summary>From now on a client tries a wrong password at this pace.</summary>
    private async Task FloodAsync(Attack attack, string from, string name, TimeSpan every)
    {
        var client = attack.Keep(await ConnectAsync(attack, from));
        var pace = new PeriodicTimer(every);
        lock (_paces)
            _paces.Add(pace);
        attack.Repeat(async () =>
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            _refusals.AddOrUpdate((await client.AskAsync<Error>(LoginOf(client, name, "wrong horse"))).Reason, 1, (_, count) => count + 1);
        });
    }

    private static Login LoginOf(RawClient client, string name, string password) =>
        new(client.NextId(), name, CredentialKind.Password, Encoding.UTF8.GetBytes(password), null, Inbox: false);

    private void Tell() => TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", _refusals.Select(one => $"{one.Value} {one.Key}")));
}
