using Xunit;

namespace ChatProtocol.Tests;

public sealed class LimitsTests
{
    [Fact]
    public void Every_property_travels_under_its_name_in_kebab_case() =>
        Assert.Equal(
            typeof(Limits).GetProperties().Where(p => p.PropertyType == typeof(int)).Select(p => Registry.Kebab(p.Name)).Order(),
            Limits.Default.ByName().Select(l => l.Key).Order());

    [Fact]
    public void Each_limit_can_be_set_by_its_name_without_touching_another()
    {
        foreach (var (name, value) in Limits.Default.ByName())
        {
            var changed = Limits.Default.With(name, value + 1);
            Assert.Equal([KeyValuePair.Create(name, value + 1)], changed.ByName().Except(Limits.Default.ByName()));
        }
    }

    [Fact]
    [Spec("CP-LIM-002")]
    public void A_limit_with_an_unknown_name_changes_nothing() => Assert.Equal(Limits.Default, Limits.Default.With("later", 9));

    [Fact]
    public void A_limit_beyond_an_int_is_taken_as_the_largest_int()
    {
        byte[] welcome =
        [
            0x9a, 64, 1, 1, 0, 0x90, 0xc4, 16, .. new byte[16], 0xa0,
            0x81, 0xa4, .. "page"u8, 0xcf, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0,
        ];
        Assert.Equal(int.MaxValue, Assert.IsType<Welcome>(FrameCodec.Decode(new(welcome), Direction.ToClient)).Limits.Page);
    }
}
