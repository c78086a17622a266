using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>
/// The <c>completion</c> subcommand: prints the script by which a shell completes this program's arguments. The scripts call
/// the program itself, with the <c>[suggest:POSITION]</c> directive, so that they never go out of date.
/// </summary>
internal sealed class ShellCompletion : Command
{
    // The line is passed with the program's plain name in front, however it was called, since the parser knows only that name.
    private const string Bash = """
        _PROGRAM() {
            local IFS=$'\n' line="PROGRAM${COMP_LINE#"${COMP_WORDS[0]}"}"
            local position=$(( COMP_POINT - ${#COMP_WORDS[0]} + LENGTH ))
            COMPREPLY=( $(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$position]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _PROGRAM PROGRAM
        """;

    private const string Zsh = """
        #compdef PROGRAM
        _PROGRAM() {
            local line="PROGRAM ${(j: :)words[2,CURRENT]}"
            local -a candidates
            candidates=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -- ${candidates:#} || _files
        }
        if [ "$funcstack[1]" = _PROGRAM ]; then _PROGRAM "$@"; else compdef _PROGRAM PROGRAM; fi
        """;

    private const string Fish = """
        function _PROGRAM
            set -l words (commandline -opc) (commandline -ct)
            set -l line (string join -- ' ' PROGRAM $words[2..-1])
            set -l candidates ($words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            if set -q candidates[1]
                printf '%s\n' $candidates
            else
                __fish_complete_path (commandline -ct)
            end
        end
        complete -c PROGRAM -f -a '(_PROGRAM)'
        """;

    public ShellCompletion()
        : base("completion", "Print a script that completes arguments in your shell.")
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(shell);
        SetAction(result =>
        {
            result.InvocationConfiguration.Output.WriteLine(Script(result.GetRequiredValue(shell), ProgramInfo.Name));
            return ExitCode.Done;
        });
    }

    public static string[] Examples { get; } =
    [
        $"source <({ProgramInfo.Name} completion bash)                  # in ~/.bashrc",
        $"source <({ProgramInfo.Name} completion zsh)                   # in ~/.zshrc, after compinit",
        $"{ProgramInfo.Name} completion fish | source                   # in ~/.config/fish/config.fish",
    ];

    private static string Script(string shell, string program)
    {
        var script = shell switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };
        return script.Replace("PROGRAM", program, StringComparison.Ordinal)
            .Replace("LENGTH", $"{program.Length}", StringComparison.Ordinal);
    }
}
