using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class EventPrinterTests
{
    [Fact]
    public void Lines_about_the_conversation_keep_their_words_whole_and_are_indented()
    {
        var display = new NarrowDisplay();
        var view = new EventPrinter(display, null!, TerminalStyle.Plain, TimeProvider.System);

        view.Say("you are narrow in lobby, alone so far");
        view.ShowError("there is no command /dance; /help lists them");

        Assert.Equal(["* you are narrow in lobby, alone\n  so far", "! there is no command /dance;\n  /help lists them"], display.Printed);
    }

    private sealed class NarrowDisplay : IDisplay
    {
        public List<string> Printed { get; } = [];

        public string Prompt
        {
            set
            {
                // There is no row for it.
            }
        }

        public int? Columns => 34;

        public void Print(string line) => Printed.Add(line);

        public void Ring() => throw new NotSupportedException();

        public IAsyncEnumerable<string> ReadLinesAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
