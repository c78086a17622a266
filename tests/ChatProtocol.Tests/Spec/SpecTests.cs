using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class SpecTests
{
    [Fact]
    public void Every_hex_block_decodes_to_its_caption()
    {
        Assert.NotEmpty(SpecText.HexFrames);
        Assert.All(SpecText.HexFrames, block =>
        {
            var direction = block.Side == "client" ? Direction.ToServer : Direction.ToClient;
            var frame = WireBytes.ReadOne(new(Convert.FromHexString(block.Hex)), direction);
            Assert.NotNull(frame);
            Assert.Equal(block.Name, Registry.Kebab(frame.GetType().Name));
            Assert.True(JsonNode.DeepEquals(FrameJson.Of(frame), JsonNode.Parse(block.Value)), block.Place);
            Assert.Equal(block.Hex, Convert.ToHexStringLower(FrameCodec.Encode(frame)));
        });
    }

    [Fact]
    public void Every_line_that_looks_like_a_requirement_is_one()
    {
        var looking = SpecText.Files.SelectMany(f => f.Value).Where(l => l.StartsWith("- **CP-", StringComparison.Ordinal));
        Assert.Equal(SpecText.Requirements.Count, looking.Count());
    }

    [Fact]
    public void Requirement_ids_are_unique() =>
        Assert.Empty(SpecText.Requirements.GroupBy(r => r.Id).Where(g => g.Count() > 1).Select(g => g.Key));

    [Fact]
    public void Every_requirement_is_one_sentence_with_the_one_keyword_that_its_level_names() =>
        Assert.All(SpecText.Requirements, r =>
        {
            Assert.Equal([r.Level], SpecText.Keyword.Matches(r.Text).Select(m => m.Value));
            Assert.DoesNotContain(". ", r.Text, StringComparison.Ordinal);
        });

    [Fact]
    public void No_keyword_stands_outside_of_a_requirement()
    {
        var prose =
            from file in SpecText.Files
            from line in file.Value
            where !line.StartsWith("- **CP-", StringComparison.Ordinal)
            where SpecText.Keyword.IsMatch(Regex.Replace(line, "`[^`]*`", ""))
            select $"{file.Key}: {line}";
        Assert.Empty(prose);
    }

    [Fact]
    public void Every_id_that_is_cited_exists()
    {
        var known = SpecText.Requirements.Select(r => r.Id).ToHashSet();
        Assert.Empty(SpecText.Citations.Where(c => !known.Contains(c.Key)).Select(c => $"{c.Key} in {c.First()}"));
        Assert.Empty(SpecText.Proved.Except(known));
    }

    [Fact]
    public void Every_MUST_is_proved_by_a_test_or_listed_as_untested()
    {
        var untested = JsonSerializer.Deserialize<List<string>>(File.ReadAllText(Repository.PathOf("spec", "untested.json")))!;
        var missing = SpecText.Requirements.Where(r => r.IsMust && !SpecText.Proved.Contains(r.Id)).Select(r => r.Id).ToList();

        Assert.Empty(missing.Except(untested).Select(id => $"{id} has no test"));
        Assert.Empty(untested.Except(missing).Select(id => $"{id} is proved now, or gone: take it out of spec/untested.json"));
    }

    [Fact]
    public void Every_message_stands_in_its_section_in_the_registrys_shape() =>
        Assert.All(Registry.Messages, m =>
            Assert.Contains(SpecText.Files[m.Section], l => l.StartsWith($"`{m.Name}`: `{m.Shape}`", StringComparison.Ordinal)));

    [Fact]
    public void The_prose_says_what_the_registry_says_answers_a_request() =>
        Assert.All(Registry.Messages.Where(m => m.Kind == "request"), m =>
        {
            var lines = SpecText.Files[m.Section];
            var at = Array.FindIndex(lines, l => l.StartsWith($"`{m.Name}`: ", StringComparison.Ordinal));
            var line = lines[at].EndsWith("answered by", StringComparison.Ordinal) ? lines[at] + " " + lines[at + 1] : lines[at];
            Assert.Contains($"answered by `{m.AnsweredBy}`", line, StringComparison.Ordinal);
        });

    [Fact]
    public void The_table_of_limits_is_the_registrys()
    {
        var rows = SpecText.Files["12-limits.md"].Where(l => l.StartsWith("| `", StringComparison.Ordinal));
        Assert.Equal(Registry.Limits.Select(l => FormattableString.Invariant($"| `{l.Name}` | {l.Unit} | {l.Default:N0} | {l.Floor:N0} | {l.Ceiling:N0} |")), rows);
    }

    [Fact]
    public void The_table_of_errors_is_the_registrys()
    {
        var rows = SpecText.Files["11-errors.md"].Where(l => Regex.IsMatch(l, @"^\| \d")).ToList();
        var expected = Registry.Errors.OrderBy(e => e.Code).Select(e => $"| {e.Code} | `{e.Name}` | {e.Retry} | {(e.ClosesWhen is { } when ? "if " + when : e.Closes ? "yes" : "no")} | ").ToList();
        Assert.Equal(expected, rows.Select(row => Regex.Match(row, @"^(\|[^|]+){4}\| ").Value));
        Assert.All(rows, row => Assert.Matches(@"^(\| [^|]+ ){5}\|$", row));
    }

    [Fact]
    public void The_table_of_ends_has_every_bye() =>
        Assert.All(Registry.Byes, bye =>
            Assert.Contains(SpecText.Files["03-session.md"], l => l.StartsWith("| ", StringComparison.Ordinal) && l.Contains($"`bye` `{bye.Name}`", StringComparison.Ordinal)));

    [Fact]
    public void The_table_of_ends_has_every_error_that_closes() =>
        Assert.All(Registry.Errors.Where(e => e.Closes || e.ClosesWhen is not null), error =>
            Assert.Contains(SpecText.Files["03-session.md"], l => l.StartsWith("| ", StringComparison.Ordinal) && l.Contains($"`{error.Name}`", StringComparison.Ordinal)));

    [Fact]
    public void Every_file_of_the_spec_stands_in_its_list() =>
        Assert.All(SpecText.Files.Keys.Where(f => !f.Contains('/', StringComparison.Ordinal) && f != "README.md"), file =>
            Assert.Contains(SpecText.Files["README.md"], l => l.StartsWith("| [", StringComparison.Ordinal) && l.Contains($"]({file})", StringComparison.Ordinal)));

    [Fact]
    public void Links_within_the_spec_lead_somewhere()
    {
        var broken =
            from file in SpecText.Files
            from line in file.Value
            from Match link in Regex.Matches(line, @"\]\((?!https:)([^)#]+)")
            let target = Path.Combine(Repository.PathOf("spec"), Path.GetDirectoryName(file.Key)!, link.Groups[1].Value)
            where !Path.Exists(target)
            select $"{file.Key}: {link.Groups[1].Value}";
        Assert.Empty(broken);
    }

    [Fact]
    public void The_example_of_a_guests_key_is_right()
    {
        var line = SpecText.Files["03-session.md"].Single(l => l.StartsWith("With the secret ", StringComparison.Ordinal));
        var hex = Regex.Matches(line, "`([0-9a-f]{32,})`").Select(m => m.Groups[1].Value).ToList();
        byte[] secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        Assert.Equal(hex[1], Convert.ToHexStringLower(HMACSHA256.HashData(secret, Convert.FromHexString(hex[0]))));
    }
}
