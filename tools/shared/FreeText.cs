using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>An option whose value may be empty; for any other option an empty value is an error.</summary>
internal sealed class FreeText(string name) : Option<string>(name);
