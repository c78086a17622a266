using System.Text.Json.Nodes;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class LegacyVectorTests
{
    [Fact]
    public void Every_reading_makes_the_messages_that_it_says() =>
        Assert.Empty(LegacyVectors.Readings.Select(v => (v.Id, Complaint: Validate(v))).Where(r => r.Complaint is not null).Select(r => $"{r.Id} {r.Complaint}"));

    [Fact]
    public void Every_entry_is_written_as_it_says() =>
        Assert.All(LegacyVectors.Writings, v =>
        {
            var builder = new LegacyTextBuilder(v.Charset);
            if (v.Action)
                builder.AppendAction(v.Mark, v.Name, v.Text);
            else
                builder.AppendEntry(v.Mark, v.Name, v.Text);
            Assert.Equal(v.Hex, Convert.ToHexStringLower(builder.Build().Bytes.Span));
        });

    [Fact]
    public void Every_layout_is_as_it_says() =>
        Assert.All(LegacyVectors.Layouts, v =>
        {
            var layout = new LegacyLayout();
            foreach (var sending in v.Sendings)
            {
                var now = TimeSpan.FromMilliseconds(sending.At);
                var bytes = layout.Lay(LegacyLayoutTests.Lines(sending.Text, v.Charset), now);
                layout.Sent(bytes.Length, now);
                Assert.Equal(sending.Hex, Convert.ToHexStringLower(bytes.Span));
            }
        });

    [Fact]
    public void Vector_ids_are_unique() => Assert.All(
        [LegacyVectors.Readings.Select(v => v.Id), LegacyVectors.Writings.Select(v => v.Id), LegacyVectors.Layouts.Select(v => v.Id)],
        ids => Assert.Equal(ids.Distinct(), ids));

    private static string? Validate(LegacyReading vector)
    {
        var messages = new List<LegacyMessage>();
        var isClosed = false;
        try
        {
            var reader = new LegacyReader(vector.Charset, 65_536);
            foreach (var step in vector.Steps)
            {
                if (step.Read is { } hex)
                    reader.Add(Convert.FromHexString(hex), messages);
                else if (reader.QuietNeeded <= TimeSpan.FromMilliseconds(step.Quiet))
                    reader.End(messages);
            }
        }
        catch (ProtocolViolation)
        {
            isClosed = true;
        }
        var made = messages.Select(ToJson).ToList();
        var isRight = isClosed == vector.Closes && made.Count == vector.Messages.Count && made.Zip(vector.Messages, JsonNode.DeepEquals).All(same => same);
        return isRight ? null : $"makes {string.Join(' ', made.Select(m => m.ToJsonString()))}{(isClosed ? " and closes" : "")}";
    }

    private static JsonObject ToJson(LegacyMessage message) => message switch
    {
        LegacyMessage.Say say => new JsonObject { ["say"] = say.Text.ToString() },
        LegacyMessage.Whisper whisper => new JsonObject { ["one"] = whisper.One, ["other"] = whisper.Other },
        LegacyMessage.Command command => new JsonObject { ["command"] = command.Name, ["argument"] = command.Argument },
        LegacyMessage.Rejected rejected => new JsonObject { ["unclear"] = Registry.Kebab(rejected.Reason.ToString()) },
        _ => throw new ArgumentOutOfRangeException(nameof(message)),
    };
}
