using System.Text;

namespace ChatProtocol.Tools;

/// <summary>A question before something goes for good.</summary>
internal static class Question
{
    /// <summary>Whether somebody is there to read it and to answer.</summary>
    public static bool CanBeAsked(Listing listing) => !Console.IsInputRedirected && !Console.IsErrorRedirected && !listing.IsJson;

    /// <summary>Asks on standard error. Anything but y and yes is no, and so is the end of the input.</summary>
    public static async Task<bool> AgreesAsync(string question, TextWriter error, CancellationToken stop)
    {
        await error.WriteAsync($"{Safe.Line(question)} [y/N] ");
        // Of the stream, because the console would take over the terminal for a line. A read cannot be cancelled, and keeps nobody from exiting.
        var answer = Task.Run(() => new StreamReader(Console.OpenStandardInput(), Encoding.UTF8).ReadLine(), CancellationToken.None);
        return (await answer.WaitAsync(stop))?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
