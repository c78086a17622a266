namespace ChatProtocol.Tools;

/// <summary>A command of the input line.</summary>
/// <param name="Name">Its name, with the slash.</param>
/// <param name="Arguments">The arguments as the help shows them.</param>
/// <param name="Meaning">The explanation that the help shows.</param>
/// <param name="Act">Carries it out, with what was typed behind the name.</param>
internal sealed record InputCommand(string Name, string Arguments, string Meaning, Func<string, CancellationToken, Task> Act);
