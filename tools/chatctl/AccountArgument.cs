using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>The name of an account.</summary>
internal sealed class AccountArgument : Argument<string>
{
    public AccountArgument()
        : base("name")
    {
        Description = "The account's name";
        Validators.Add(Validate);
    }

    private void Validate(ArgumentResult result)
    {
        if (result.Tokens is [var given] && Names.Validate(given.Value) is { } fault)
            result.AddError(given.Value.Length == 0 ? $"the argument '{Name}' is empty, and needs a value" : $"'{given.Value}' cannot be a name: {fault}.");
    }
}
