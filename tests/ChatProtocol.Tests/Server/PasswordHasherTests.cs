using System.Collections.Concurrent;
using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class PasswordHasherTests
{
    private static readonly byte[] Password = "correct horse"u8.ToArray();

    [Spec("CP-ACC-008")]
    [Fact]
    public void A_hash_has_its_parameters_and_another_salt_each_time()
    {
        var (one, other) = (PasswordHash.Of(Password), PasswordHash.Of(Password));

        var text = Encoding.ASCII.GetString(one.ToBytes());
        Assert.Matches(@"^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", text);
        Assert.NotEqual(text, Encoding.ASCII.GetString(other.ToBytes()));
        var read = PasswordHash.TryRead(one.ToBytes())!;
        Assert.Equal((true, false, true), (read.IsOf(Password), read.IsOf("wrong horse"u8), read.IsOfToday));
    }

    [Fact]
    public void A_hash_that_others_made_is_checked_by_its_own_parameters()
    {
        // By the reference program: echo -n 'correct horse' | argon2 somesalt-sixteen -id -t 3 -k 4096 -p 1 -l 32 -e
        var stored = PasswordHash.TryRead("$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHQtc2l4dGVlbg$iVobk7OIRz1DvWzZspwWKz6T9ItI4wGzVfJvYcZiXFk"u8)!;
        Assert.Equal((4096, 3, false), (stored.Memory, stored.Passes, stored.IsOfToday));
        Assert.Equal((true, false), (stored.IsOf(Password), stored.IsOf("wrong horse"u8)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("correct horse")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$short$short")]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=19456,t=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$!!!!!!!!!!!!!!!!!!!!!!$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_hash_or_asks_for_too_much_is_none(string stored) => Assert.Null(PasswordHash.TryRead(Encoding.ASCII.GetBytes(stored)));

    [Spec("CP-ACC-007", "CP-ACC-025")]
    [Fact(Timeout = 60_000)]
    public async Task Passwords_are_checked_beside_the_hub_those_of_nobody_as_well_and_never_more_than_a_few_wait()
    {
        var results = new ConcurrentDictionary<PasswordTask, PasswordResult>();
        using var done = new SemaphoreSlim(0);
        await using var hasher = new PasswordHasher((task, result) =>
        {
            results[task] = result;
            done.Release();
        });
        var hash = PasswordHash.Of(Password).ToBytes();
        var old = Encoding.ASCII.GetString(hash).Replace("m=19456", "m=4096", StringComparison.Ordinal);
        PasswordTask[] tasks =
        [
            new PasswordTask.Check(Password, hash, _ => { }), new PasswordTask.Check("wrong"u8.ToArray(), hash, _ => { }),
            new PasswordTask.Check(Password, null, _ => { }), new PasswordTask.Make(Password, _ => { }),
            new PasswordTask.Check(Password, Encoding.ASCII.GetBytes(old), _ => { }), new PasswordTask.Check(Password, "damaged"u8.ToArray(), _ => { }),
        ];
        Assert.All(tasks, task => Assert.True(hasher.TryBegin(task)));
        foreach (var _ in tasks)
            Assert.True(await done.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        Assert.Equal([true, false, false, true, false, false], tasks.Select(task => results[task].IsRight));
        Assert.Null(results[tasks[0]].NewHash);
        Assert.True(PasswordHash.TryRead(results[tasks[3]].NewHash!.Value.Span)!.IsOf(Password));
        var begun = 0;
        while (hasher.TryBegin(new PasswordTask.Make(Password, _ => { })))
            Assert.InRange(++begun, 1, 100);
    }
}
