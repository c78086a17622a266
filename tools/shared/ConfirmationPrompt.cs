using System.Text;

namespace ChatProtocol.Tools;

/// <summary>A question before what cannot be taken back.</summary>
internal static class ConfirmationPrompt
{
    /// <summary>Whether a user at a terminal can read the question and answer.</summary>
    /// <param name="isJson">Whether the output is for programs.</param>
    public static bool CanBeAsked(bool isJson) => !Console.IsInputRedirected && !Console.IsErrorRedirected && !isJson;

    /// <summary>Whether the program is run by a user at a terminal, and not in a pipe or by a script that keeps its output.</summary>
    /// <param name="isJson">Whether the output is for programs.</param>
    public static bool IsOnTerminal(bool isJson) => CanBeAsked(isJson) && !Console.IsOutputRedirected;

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
