using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>An option whose value may be empty, and then means just that. Of any other an empty value is a mistake.</summary>
internal sealed class FreeText(string name) : Option<string>(name);
