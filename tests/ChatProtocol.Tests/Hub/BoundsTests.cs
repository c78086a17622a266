using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>What is bounded by address and by principal: at the limit, and one past it.</summary>
public sealed class BoundsTests
{
    private static readonly Origin Here = new("192.0.2.1", IsNear: false);
    private static readonly Origin There = new("192.0.2.2", IsNear: false);

    private readonly HubBench _bench = new(options => options with
    {
        Far = GuestBounds.Far with
        {
            Logins = new Rate(1, 5),
            Principals = Rate.PerHour(60, 3),
            Rooms = Rate.PerHour(60, 2),
            Renames = new Rate(0.5, 2),
            Correspondents = Rate.PerHour(60, 2),
            Blocks = new Rate(0.5, 2),
        },
    });

    [Spec("CP-LIM-006")]
    [Fact]
    public void Logins_of_an_address_are_refused_beyond_its_rate_and_others_are_not()
    {
        var crowd = Enumerable.Range(0, 5).Select(_ => From(Here)).ToList();
        Assert.All(crowd, one => one.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann")));

        var late = From(Here);
        var error = late.Ask<Error>(id => HubClient.GuestLogin(id, "ann"));
        Assert.Equal((ErrorCode.RateLimited, 1000UL), (error.Reason, error.RetryAfter));
        From(There).Ask<LoggedIn>(id => HubClient.GuestLogin(id, "bob"));

        _bench.Pass(TimeSpan.FromSeconds(1));
        late.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann"));
    }

    [Spec("CP-LIM-006")]
    [Fact]
    public void New_principals_of_an_address_are_refused_beyond_its_rate_and_known_ones_let_in()
    {
        foreach (var name in (string[])["ann", "bob", "eve"])
            LogIn(Here, name);
        _bench.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal(ErrorCode.RateLimited, From(Here).Refused(id => HubClient.GuestLogin(id, "dan")));
        LogIn(Here, "ann");
        LogIn(There, "dan");

        _bench.Pass(TimeSpan.FromMinutes(1));
        LogIn(Here, "fay");
    }

    [Fact]
    public void A_login_that_is_refused_for_its_name_uses_up_no_new_principal()
    {
        LogIn(There, "ann");
        Assert.Equal(ErrorCode.NameTaken, From(Here).Refused(id => HubClient.GuestLogin(id, "ann", "another key")));

        foreach (var name in (string[])["bob", "eve", "dan"])
            LogIn(Here, name);
    }

    [Spec("CP-LIM-006")]
    [Fact]
    public void New_rooms_of_an_address_are_refused_beyond_its_rate_and_known_ones_joined()
    {
        var ann = LogIn(Here, "ann");
        ann.Join("one");
        ann.Join("two");

        Assert.Equal(ErrorCode.RateLimited, LogIn(Here, "bob").Refused(id => new Join(id, "three", PresenceMode.None, null, null)));
        LogIn(Here, "bob").Join("two");
        LogIn(There, "eve").Join("three");
        _bench.Pass(TimeSpan.FromMinutes(1));
        ann.Join("four");
    }

    [Spec("CP-LIM-006")]
    [Fact]
    public void Changes_of_name_are_refused_beyond_the_principals_rate()
    {
        var ann = LogIn(Here, "ann");
        ann.Ask<LoggedIn>(id => new Nick(id, "anna"));
        ann.Ask<LoggedIn>(id => new Nick(id, "anne"));

        var error = ann.Ask<Error>(id => new Nick(id, "annie"));
        Assert.Equal((ErrorCode.RateLimited, 2000UL), (error.Reason, error.RetryAfter));
        _bench.Pass(TimeSpan.FromSeconds(2));
        ann.Ask<LoggedIn>(id => new Nick(id, "annie"));
    }

    [Spec("CP-LIM-006")]
    [Fact]
    public void Writing_to_new_people_is_refused_beyond_the_principals_rate_and_to_known_ones_not()
    {
        foreach (var name in (string[])["bob", "eve", "dan"])
            LogIn(There, name);
        var ann = LogIn(Here, "ann");
        ann.Open("@bob");
        ann.Open("@eve");

        Assert.Equal(ErrorCode.RateLimited, ann.Refused(id => new Open(id, "@dan", false)));
        ann.Open("@bob");
        _bench.Pass(TimeSpan.FromMinutes(1));
        ann.Open("@dan");
    }

    [Spec("CP-LIM-006")]
    [Fact]
    public void Blocks_and_those_taken_back_are_refused_beyond_the_principals_rate()
    {
        LogIn(There, "pest");
        var ann = LogIn(Here, "ann");
        ann.Ask<Ok>(id => new Block(id, "pest"));
        ann.Ask<Ok>(id => new Unblock(id, "pest"));

        var error = ann.Ask<Error>(id => new Block(id, "pest"));
        Assert.Equal((ErrorCode.RateLimited, 2000UL), (error.Reason, error.RetryAfter));
        Assert.Equal(ErrorCode.RateLimited, ann.Refused(id => new Unblock(id, "pest")));
        _bench.Pass(TimeSpan.FromSeconds(2));
        ann.Ask<Ok>(id => new Block(id, "pest"));
    }

    [Fact]
    public void Admins_are_bounded_by_nothing()
    {
        var admin = new HubClient(_bench, new FakePeer(_bench) { Transport = "admin", Origin = Here });
        admin.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        admin.Ask<LoggedIn>(id => new Login(id, "", CredentialKind.LocalAdmin, default, null, false));

        for (var i = 0; i < 20; i++)
            admin.Join($"room-{i}");
    }

    [Fact]
    public void An_address_that_nobody_is_at_is_forgotten_once_its_buckets_are_full_again()
    {
        var sources = new SourceAddresses(_bench.Options, new StepCounter());
        var source = sources.Enter(Here);
        source.Principals.Take(source.Bounds.Principals, now: 0, count: 3);
        sources.Leave(source, now: 0);
        sources.Look(now: 100_000, until: long.MaxValue);
        Assert.Equal(1, sources.Count);
        Assert.Same(source, sources.Enter(Here));
        sources.Leave(source, now: 100_000);

        sources.Look(now: 400_000, until: long.MaxValue);
        Assert.Equal(0, sources.Count);
    }

    [Fact]
    public void A_classroom_behind_one_address_is_served()
    {
        var bench = new HubBench();
        var room = 0UL;
        for (var round = 0; round < 5; round++)
        {
            var pupils = Enumerable.Range(0, 40).Select(i => (Client: Greet(bench, "tcp"), Name: $"pupil-{i}", Kind: CredentialKind.GuestKey))
                .Concat(Enumerable.Range(0, 20).Select(i => (Client: Greet(bench, "legacy/gbk"), Name: $"guest-{i}", Kind: CredentialKind.Address))).ToList();
            foreach (var (client, name, kind) in pupils)
                client.LoggedIn = client.Ask<LoggedIn>(id => kind == CredentialKind.Address ? new Login(id, name, kind, default, null, true) : HubClient.GuestLogin(id, name));
            foreach (var (client, _, _) in pupils)
                room = client.Join("lobby").Room;
            var posts = pupils.SelectMany(pupil => Enumerable.Range(0, 10).Select(i => (pupil.Client, Id: pupil.Client.SendPost(room, $"{i}")))).ToList();
            for (var i = 0; i < 120 && posts.Any(post => post.Client.AnswerTo(post.Id) is null); i++)
            {
                bench.Pass(TimeSpan.FromSeconds(0.5));
                bench.Settle();
            }
            Assert.All(posts, post => Assert.IsType<Posted>(post.Client.AnswerTo(post.Id)));
            foreach (var (client, _, _) in pupils)
                client.Disconnect();
        }
    }

    private static HubClient Greet(HubBench bench, string transport)
    {
        var client = new HubClient(bench, new FakePeer(bench) { Transport = transport, Origin = Here });
        bench.Clients.Add(client);
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        return client;
    }

    private HubClient From(Origin origin)
    {
        var client = new HubClient(_bench, new FakePeer(_bench) { Origin = origin });
        _bench.Clients.Add(client);
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        return client;
    }

    private HubClient LogIn(Origin origin, string name)
    {
        var client = From(origin);
        client.LoggedIn = client.Ask<LoggedIn>(id => HubClient.GuestLogin(id, name));
        return client;
    }
}
