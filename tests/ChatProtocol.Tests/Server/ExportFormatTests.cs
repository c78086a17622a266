using System.Text;
using System.Text.Json.Nodes;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The form of an export: what is written is read again, and whatever was changed is found at its line.</summary>
public sealed class ExportFormatTests
{
    private static readonly string[] Lines = ExportText.Example;

    /// <summary>Changes of the example whose hashes are right: the body of a line by its number, and what is said of it.</summary>
    public static TheoryData<int, string, string?, string> Faults => new()
    {
        { 1, "schema", "\"export.v2\"", "line 1: the schema is 'export.v2', and this chatd reads export.v1" },
        { 1, "scope", "\"planet\"", "line 1: 'scope' has to be 'server' or 'room'" },
        { 1, "server", "\"00\"", "line 1: 'server' has to be 16 bytes" },
        { 1, "server", "\"zz\"", "line 1: 'server' has to be hexadecimal" },
        { 2, "line", "\"header\"", "line 2: 'schema' is missing" },
        { 2, "line", "\"token\"", "line 2: the kind 'token' is not known here" },
        { 2, "id", "15", "line 2: principals below 16 are every server's own" },
        { 2, "id", "0", "line 2: 'id' has to be a number from 1 to 4503599627370495" },
        { 2, "id", "9007199254740991", "line 2: 'id' has to be a number from 1 to 4503599627370495" },
        { 2, "id", "1.5", "line 2: 'id' has to be a whole number from 0 to 9007199254740991" },
        { 2, "id", "-1", "line 2: 'id' has to be a whole number from 0 to 9007199254740991" },
        { 2, "id", "\"1016\"", "line 2: 'id' has to be a whole number from 0 to 9007199254740991" },
        { 2, "id", null, "line 2: 'id' is missing" },
        { 2, "name", "\"\"", "line 2: 'name' is empty" },
        { 2, "name", "12", "line 2: 'name' has to be a string" },
        { 2, "role", "\"guest\"", "line 2: 'role' has to be member, admin or owner" },
        { 3, "id", "1016", "line 3: principals have to stand once each, by ascending id" },
        { 5, "line", "\"principal\"", "line 5: 'id' is missing" },
        { 6, "id", "7", "line 7: rooms have to stand once each, by ascending id" },
        { 6, "kind", "\"hidden\"", "line 6: 'kind' has to be one of public, private, by-invitation" },
        { 6, "oldest", "7", "line 6: the room's 'oldest' is 7, and its 'head' 5" },
        { 6, "head", "4", "line 12: seq 5 is behind the head of room 1, which is 4" },
        { 6, "head", "6", "line 13: room 1 ends here with seq 5 and 3 entries, and should with 6 and 3" },
        { 8, "peer", "1016", "line 8: the 'peer' of a private room has to have a higher id than its 'creator'" },
        { 9, "first", "3", "line 9: the gap ends before it begins" },
        { 9, "last", "3", "line 10: room 1 goes on with seq 3 behind 3" },
        { 9, "why", "\"lost\"", "line 9: 'why' has to be 'expired' or 'damaged'" },
        { 10, "seq", "2", "line 10: room 1 goes on with seq 2 behind 2" },
        { 10, "room", "7", "line 10: what comes next is something of room 1 behind seq 2, and not something of room 7" },
        { 10, "kind", "128", "line 10: an entry of the kind 128 has to have its 'frame'" },
        { 10, "text", null, "line 10: 'text' is missing" },
        { 10, "frame", "\"00\"", "line 10: the 'frame' is not that of this entry" },
        { 12, "time", "1", "line 12: its time is before that of the entry before" },
        { 13, "entries", "2", "line 13: room 1 ends here with seq 5 and 3 entries, and should with 5 and 2" },
        { 17, "from", "1017", "line 17: the 'frame' is not that of this entry" },
        { 17, "frame", "\"984c\"", "line 17: the 'frame' is not that of this entry" },
        { 21, "rooms", "4", "line 21: the counts are not those of the lines before" },
        { 21, "line", "\"head\"", "line 21: 'room' is missing" },
    };

    [Spec("CP-EXP-004", "CP-EXP-005", "CP-EXP-006", "CP-EXP-008")]
    [Fact]
    public void The_example_of_the_spec_is_read_and_written_again_as_the_same_lines()
    {
        Assert.True(ExportText.IsWhole(Lines));
        using var output = new MemoryStream();
        using (var writer = new ExportWriter(output))
            foreach (var line in ReadAll(Bytes(Lines)))
                writer.Write(line);

        var written = Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
        Assert.True(ExportText.IsWhole(written));
        Assert.Equal(Lines.Length, written.Length);
        Assert.All(Lines.Zip(written), pair => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(ExportText.Body(pair.First)), JsonNode.Parse(ExportText.Body(pair.Second))), pair.Second));
        Assert.Equal(["header", "principal", "block", "room", "gap", "entry", "head", "end"], Lines.Select(line => ExportText.Parse(line).GetProperty("line").GetString()).Distinct());
    }

    [Fact]
    public void Every_line_of_the_example_is_as_its_schema_describes() =>
        Assert.All(Lines, line => Assert.Empty(JsonSchema.Read("export.v1").Validate(ExportText.Parse(line))));

    [Spec("CP-EXP-004", "CP-EXP-005", "CP-EXP-007", "CP-EXP-008")]
    [Theory]
    [MemberData(nameof(Faults))]
    public void A_line_that_cannot_stand_there_is_named_though_its_hash_is_right(int number, string field, string? value, string fault) =>
        Assert.Equal(fault, FaultOf(ExportText.Change(Lines, bodies => bodies.Select((body, i) =>
            i == number - 1 ? ExportText.With(body, field, value is null ? null : JsonNode.Parse(value)) : body))));

    [Spec("CP-EXP-004")]
    [Fact]
    public void Any_byte_that_is_changed_is_found_at_its_line()
    {
        var whole = Bytes(Lines);
        for (var (i, line) = (0, 1); i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 1;
            var fault = Assert.Throws<ExportException>(() => ReadAll(changed)).Message;
            Assert.True(fault.StartsWith($"line {line}: ", StringComparison.Ordinal) || whole[i] == (byte)'\n' || changed[i] == (byte)'\n', $"byte {i}: {fault}");
            line += whole[i] == (byte)'\n' ? 1 : 0;
        }
    }

    [Spec("CP-EXP-004")]
    [Fact]
    public void A_file_that_was_cut_anywhere_is_told_from_a_whole_one()
    {
        var whole = Bytes(Lines);
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<ExportException>(() => ReadAll(whole[..length]));
    }

    [Spec("CP-EXP-004")]
    [Fact]
    public void A_line_that_was_moved_left_out_or_doubled_is_found()
    {
        const string NotTheNext = "its hash does not follow from the line before: this line was changed, or lines before it are missing, moved or added";
        Assert.Equal($"line 11: {NotTheNext}", FaultOf([.. Lines[..10], Lines[11], Lines[10], .. Lines[12..]]));
        Assert.Equal($"line 11: {NotTheNext}", FaultOf([.. Lines[..10], .. Lines[11..]]));
        Assert.Equal($"line 12: {NotTheNext}", FaultOf([.. Lines[..11], Lines[10], .. Lines[11..]]));
        Assert.Equal("line 1: it is not the first line of an export, or was changed", FaultOf(Lines[1..]));
        Assert.Equal("line 1: the header has to be first", FaultOf(ExportText.Change(Lines, bodies => bodies.Skip(1))));
        Assert.Equal("line 22: its hash does not follow from the line before: this line was changed, or lines before it are missing, moved or added", FaultOf([.. Lines, Lines[^1]]));
        Assert.Equal("line 22: it stands behind the last line", FaultOf(ExportText.Change(Lines, bodies => [.. bodies, bodies[^1]])));
        Assert.Equal("line 21: the file ends here, before its last line: it was cut short", FaultOf(Lines[..^1]));
        Assert.Equal("line 20: what comes next is something of room 9 behind seq 1, and not the end", FaultOf(ExportText.Change(Lines, bodies => bodies.Where((_, i) => i != 19))));
        Assert.Equal("line 4: it stands behind lines that it has to be before", FaultOf(ExportText.Change(Lines, bodies => [bodies[0], bodies[1], bodies[4], bodies[2], .. bodies.Skip(5)])));
    }

    [Spec("CP-EXP-007")]
    [Fact]
    public void Fields_of_a_later_version_are_passed_over() =>
        Assert.Equal(Lines.Length, ReadAll(Bytes(ExportText.Change(Lines, bodies => bodies.Select(body => ExportText.With(body, "topic", "tea"))))).Count);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("hello\n")]
    [InlineData("{}\n")]
    [InlineData("[]\n")]
    [InlineData("SQLite format 3\0")]
    public void What_is_no_export_is_said_to_be_none(string text) =>
        Assert.StartsWith("line 1: ", Assert.Throws<ExportException>(() => ReadAll(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"line\":\"header\",\"x\":\"\\ud800\"}")]
    [InlineData("{\"line\":\"\\ud800\"}")]
    [InlineData("{\"line\":{}}")]
    [InlineData("{\"line\":\"header\",}")]
    [InlineData("{}")]
    [InlineData("{\"line\":\"header\"}}")]
    public void A_line_that_is_no_object_of_an_export_is_a_fault_and_no_more(string body) =>
        Assert.StartsWith("line 1: ", FaultOf(ExportText.Chain([body])), StringComparison.Ordinal);

    [Fact]
    public void A_line_is_read_wherever_the_buffer_ends_within_it()
    {
        string[] lines = ExportText.Change(Lines, bodies => bodies.Select((body, i) => i is 9 or 11 ? ExportText.With(body, "text", new string('長', 40_000)) : body));
        Assert.Equal(lines.Length, ReadAll(Bytes(lines)).Count);
    }

    private static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    private static string FaultOf(IEnumerable<string> lines) => Assert.Throws<ExportException>(() => ReadAll(Bytes(lines))).Message;

    private static List<ExportLine> ReadAll(byte[] file)
    {
        using var reader = new ExportReader(new MemoryStream(file));
        var lines = new List<ExportLine>();
        while (reader.Read() is { } line)
            lines.Add(line);
        return lines;
    }
}
