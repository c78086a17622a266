using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class RegistryTests
{
    private static readonly string[] Askers = ["anybody", "user", "account", "admin"];

    private static readonly string[] Retries = ["never", "same", "later", "after-fix"];

    [Fact]
    public void Messages_have_the_codes_and_names_of_the_code() =>
        Assert.Equal(
            FrameTypes.ByCode.Select(frame => (frame.Key, Registry.Kebab(frame.Value.Name))).Order(),
            Registry.Messages.Select(m => (m.Code, m.Name)).Order());

    [Fact]
    public void Messages_have_the_kind_that_the_records_have() =>
        Assert.All(Registry.Messages, m =>
        {
            var type = FrameTypes.ByCode[m.Code];
            Assert.Equal(m.Kind == "request", type.IsSubclassOf(typeof(Request)));
            Assert.Equal(m.Kind == "request", m.AnsweredBy is not null);
            Assert.Equal(m.Kind == "request", Askers.Contains(m.Asker));
            if (type.IsSubclassOf(typeof(Reply)))
                Assert.Equal("reply", m.Kind);
        });

    [Fact]
    public void A_message_is_there_since_a_minor_version_that_is_spoken() =>
        Assert.All(Registry.Messages, m => Assert.InRange(m.Since, ProtocolVersion.LowestMinor, ProtocolVersion.Minor));

    [Fact]
    public void The_capabilities_are_those_of_the_code() =>
        Assert.Equal(Registry.Capabilities, Capability.All);

    [Fact]
    public void Every_request_is_answered_by_a_reply() =>
        Assert.All(Registry.Messages.Where(m => m.AnsweredBy is not null), m =>
            Assert.Equal("reply", Registry.Messages.Single(r => r.Name == m.AnsweredBy).Kind));

    [Fact]
    [Spec("CP-ENC-012")]
    public void Every_frame_of_a_client_begins_with_an_id() =>
        Assert.All(Registry.Messages.Where(m => m.Direction != "to-client" && m.Name != "taken"), m => Assert.Equal("id", m.Fields[0].Name));

    [Fact]
    public void What_is_absent_is_read_as_its_default()
    {
        var vectors = Vector.Files.SelectMany(Vector.Load).ToDictionary(v => v.Id);
        var defaults = Registry.Messages.SelectMany(m => m.Fields.Where(f => f.Default is not null).Select(f => (Message: m.Name, f.Name, Default: f.Default!))).ToList();
        Assert.NotEmpty(defaults);
        Assert.All(defaults, field =>
        {
            var value = vectors[$"{field.Message}-without-{field.Name}"].Value![field.Name]!;
            Assert.Equal(field.Default.ToString(), value.ToString());
        });
    }

    [Fact]
    public void The_shape_in_each_frames_file_is_the_registrys() =>
        Assert.All(Registry.Messages, m =>
            Assert.Contains($"    // {m.Shape}", File.ReadAllLines(Repository.PathOf("src", "ChatProtocol", "Frames", FrameTypes.ByCode[m.Code].Name + ".cs"))));

    [Fact]
    public void Errors_have_the_codes_and_names_of_the_code() =>
        Assert.Equal(
            Enum.GetValues<ErrorCode>().Select(c => ((int)c, Registry.Kebab(c.ToString()))).Order(),
            Registry.Errors.Select(e => (e.Code, e.Name)).Order());

    [Fact]
    public void An_errors_class_is_its_hundreds() =>
        Assert.Equal(
            ["100 protocol", "200 authentication", "300 permission", "400 limit", "500 server", "600 position"],
            Registry.Errors.Select(e => $"{e.Code / 100 * 100} {e.Class}").Distinct());

    [Fact]
    public void Every_error_says_whether_to_try_again() => Assert.All(Registry.Errors, e => Assert.Contains(e.Retry, Retries));

    [Fact]
    public void Limits_have_the_names_order_and_defaults_of_the_code() =>
        Assert.Equal(Limits.Default.ByName().Select(l => (l.Key, l.Value)), Registry.Limits.Select(l => (l.Name, l.Default)));

    [Fact]
    public void Defaults_lie_between_floors_and_ceilings() =>
        Assert.All(Registry.Limits, l => Assert.True(l.Floor <= l.Default && l.Default <= l.Ceiling, l.Name));

    [Fact]
    public void No_frame_can_be_so_long_that_a_stream_does_not_begin_with_zero() =>
        Assert.True(Registry.Limits.Single(l => l.Name == "frame").Ceiling < 1 << 24);

    [Fact]
    public void Byes_have_the_codes_and_names_of_the_code() =>
        Assert.Equal(
            Enum.GetValues<ByeCode>().Select(c => ((int)c, Registry.Kebab(c.ToString()))),
            Registry.Byes.Select(b => (b.Code, b.Name)));

    [Fact]
    public void Every_frame_of_a_client_has_one_row_of_states_and_every_state_a_cell()
    {
        var frames = Registry.Messages.Where(m => m.Direction != "to-client").Select(m => m.Name).Append("unknown");
        Assert.Equal(frames.Order(), StateTable.Cells.Where(cell => cell.State == "open").Select(cell => cell.Request).Order());
        Assert.All(Registry.States, row => Assert.Equal(StateTable.States, row.Select(c => c.Key).Except(["code", "name"])));
        Assert.All(Registry.States.Where(row => row["code"] is not null), row => Assert.Contains(Registry.Messages, m => m.Code == (int)row["code"]! && m.Name == (string)row["name"]!));
    }

    [Fact]
    public void Every_cell_of_the_states_names_an_error_that_exists() =>
        Assert.All(StateTable.Cells.Select(cell => cell.Outcome), cell =>
        {
            var match = Regex.Match(cell, @"^(handle|ignore|(refuse|refuse-and-close)\((?<error>.+)\))$");
            Assert.True(match.Success, cell);
            if (match.Groups["error"].Success)
                Assert.Contains(Registry.Errors, e => e.Name == match.Groups["error"].Value);
        });
}
