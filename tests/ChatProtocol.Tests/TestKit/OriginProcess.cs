using System.Globalization;
using System.Net;
using System.Text;

namespace ChatProtocol.Tests;

/// <summary>A program of the origin's kind, run by Python.</summary>
internal static class OriginProcess
{
    /// <summary>Starts a client; lines of its input are what it says.</summary>
    public static ToolProcess StartClient(IPEndPoint server) => Start("client.py", server.Address.ToString(), $"{server.Port}");

    /// <summary>Starts a server, and tells its port.</summary>
    public static async Task<(ToolProcess Server, int Port)> StartServerAsync()
    {
        var server = Start("server.py", "0");
        return (server, int.Parse((await server.ReadLineAsync())!, CultureInfo.InvariantCulture));
    }

    /// <summary>Types a line.</summary>
    public static async Task TypeAsync(this ToolProcess program, string line)
    {
        await program.Input.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
        await program.Input.FlushAsync();
    }

    private static ToolProcess Start(string script, params string[] arguments) =>
        ToolProcess.Start("python3", [Repository.PathOf("tests", "origin", script), .. arguments], new Dictionary<string, string>());
}
