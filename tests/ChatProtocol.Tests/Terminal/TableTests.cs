using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class TableTests
{
    [Fact]
    public void Columns_line_up_whatever_is_in_them()
    {
        var table = new Table("ROOM", "MEMBERS", "TOPIC");
        table.Add("lobby", "12", "anything");
        table.Add("日本語", "3", "");
        table.Add("👨‍👩‍👧", "1", "e\u0301t\u0301e\u0301");

        Assert.Equal(
            """
            ROOM    MEMBERS  TOPIC
            lobby   12       anything
            日本語  3
            👨‍👩‍👧      1        e\u0301t\u0301e\u0301

            """.Replace("\\u0301", "\u0301", StringComparison.Ordinal),
            Written(table, TerminalStyle.Plain));
    }

    [Fact]
    public void A_cell_can_neither_colour_the_table_nor_break_a_row()
    {
        var table = new Table("NAME");
        table.Add("\x1b[31m\n");

        Assert.Equal("NAME\n\\x1b[31m⏎\n", Written(table, TerminalStyle.Plain));
    }

    [Fact]
    public void On_a_terminal_the_header_stands_out() =>
        Assert.Equal("\x1b[1mNAME\x1b[0m\n", Written(new Table("NAME"), new TerminalStyle(colours: true)));

    private static string Written(Table table, TerminalStyle style)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        table.WriteTo(writer, style);
        return writer.ToString();
    }
}
