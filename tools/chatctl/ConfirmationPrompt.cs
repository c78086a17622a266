using System.Text;

namespace ChatProtocol.Tools;

/// <summary>A question before data is removed for good.</summary>
internal static class ConfirmationPrompt
{
    /// <summary>Whether a user at a terminal can read the question and answer.</summary>
    public static bool CanBeAsked(ListWriter list) => !Console.IsInputRedirected && !Console.IsErrorRedirected && !list.IsJson;

    /// <summary>Asks on standard error. Anything but y and yes is no, and so is the end of the input.</summary>
    public static async Task<bool> AgreesAsync(string question, TextWriter error, CancellationToken stop)
    {
        await error.WriteAsync($"{Escaped.Line(question)} [y/N] ");
        // Read from the stream, because the console class would change the terminal's settings. The read cannot be cancelled,
        // and does not keep the program from exiting.
        var answer = Task.Run(() => new StreamReader(Console.OpenStandardInput(), Encoding.UTF8).ReadLine(), CancellationToken.None);
        return (await answer.WaitAsync(stop))?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
