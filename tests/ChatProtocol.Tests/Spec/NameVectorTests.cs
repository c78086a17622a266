using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class NameVectorTests
{
    [Fact]
    public void Each_name_is_taken_or_refused_as_it_says() => AssertEach(
        v => v.Name is not null,
        v => v.Room ? TryMake(new HubBench(), v.Name!) : TryLogIn(new HubBench(), v.Name!),
        v => v.Error);

    [Fact]
    public void A_nick_is_taken_or_refused_as_a_login_is() => AssertEach(
        v => v.Name is not null && !v.Room,
        v =>
        {
            var bench = new HubBench();
            return Refusal(bench, bench.LogIn("somebody"), id => new Nick(id, v.Name!));
        },
        v => v.Error);

    [Fact]
    public void Two_names_are_the_same_if_they_lead_one_key_to_one_principal() => AssertEach(
        v => v.One is not null && v.Result != "look-alike",
        v =>
        {
            var bench = new HubBench();
            return bench.LogIn(v.One!, "k").Principal == bench.LogIn(v.Other!, "k").Principal ? "same" : "different";
        },
        v => v.Result);

    [Fact]
    public void Whoever_comes_second_is_refused_a_name_that_looks_the_same() => AssertEach(
        v => v.One is not null && v.Result != "same",
        v => FirstRefusal(v, TryLogIn),
        v => v.Result == "different" ? null : "name-taken");

    [Fact]
    public void No_second_room_is_made_by_a_name_that_looks_the_same() => AssertEach(
        v => v.One is not null && v.Result != "same",
        v => FirstRefusal(v, TryMake),
        v => v.Result == "different" ? null : "bad-name");

    [Fact]
    public void Two_names_are_the_same_if_they_have_one_canonical_form() => AssertEach(
        v => v.One is not null,
        v => CanonicalName.Of(v.One!) == CanonicalName.Of(v.Other!) ? "same" : "different",
        v => v.Result == "same" ? "same" : "different");

    [Fact]
    public void Ids_are_unique() => Assert.Empty(NameVector.All.GroupBy(v => v.Id).Where(g => g.Count() > 1).Select(g => g.Key));

    /// <summary>Both orders have to give the same; null if nobody was refused.</summary>
    private static string? FirstRefusal(NameVector vector, Func<HubBench, string, string?> attempt)
    {
        var (bench, reverse) = (new HubBench(), new HubBench());
        var first = attempt(bench, vector.One!) ?? attempt(bench, vector.Other!);
        var second = attempt(reverse, vector.Other!) ?? attempt(reverse, vector.One!);
        return first == second ? first : $"{first} or {second}";
    }

    private static string? TryLogIn(HubBench bench, string name) => Refusal(bench, bench.Greet(), id => HubClient.GuestLogin(id, name));

    private static string? TryMake(HubBench bench, string name) =>
        Refusal(bench, bench.LogIn($"maker-{bench.Clients.Count}"), id => new Join(id, name, PresenceMode.None, null, null));

    private static string? Refusal(HubBench bench, HubClient client, Func<ulong, Request> ask)
    {
        var id = client.Send(ask);
        bench.Settle();
        return client.AnswerTo(id) is Error error ? Registry.Kebab(error.Reason.ToString()) : null;
    }

    private static void AssertEach(Predicate<NameVector> applies, Func<NameVector, string?> find, Func<NameVector, string?> expected)
    {
        var vectors = NameVector.All.Where(v => applies(v)).ToList();
        Assert.NotEmpty(vectors);
        Assert.Empty(vectors.Select(v => (v.Id, Found: find(v), Expected: expected(v))).Where(r => r.Found != r.Expected)
            .Select(r => $"{r.Id}: {r.Found ?? "taken"} instead of {r.Expected ?? "taken"}"));
    }
}
