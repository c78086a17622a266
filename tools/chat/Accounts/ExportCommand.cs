using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>chat account export: everything that the server has of a user, in one file of the user's own.</summary>
internal sealed class ExportCommand(AccountLogin login, OutputOption output)
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Argument<string?> _file = new("file")
    {
        Description = "The file to write, which must not exist yet; nobody else can read it. Default: standard output",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Command ToCommand()
    {
        var command = new Command("export", "Export your data as JSON: the account, its sessions, tokens without their secrets, invitations, blocks, and what you said in every room that you may read") { _file };
        command.SetAction((parsed, stop) => login.RunAsync(parsed, output, async work =>
        {
            var file = parsed.GetValue(_file) is { } path && path != "-" ? Create(path) : null;
            var progress = new ProgressLine(work.Output);
            var isWhole = false;
            try
            {
                await using var client = await work.LogInAsync(await work.AskPasswordAsync());
                await using (var stream = file ?? (Stream)OutputStream.ForOutput(stop))
                    await new AccountExport(client, stream, progress).WriteAsync(work.Server, stop);
                isWhole = true;
                progress.Clear();
                await client.QuitAsync(stop);
                return file is null ? ExitCode.Done : work.Output.Done($"your data is in {file.Name}");
            }
            finally
            {
                progress.Clear();
                if (file is not null && !isWhole)
                    await DropAsync(file);
            }
        }, stop));
        return command.WithExamples("chat account export alice.json", "pass show chat | chat account export | gzip >alice.json.gz");
    }

    /// <exception cref="CommandException">It is there already, or cannot be made.</exception>
    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : OwnersFile,
            });
        }
        catch (IOException) when (Path.Exists(path))
        {
            throw new CommandException(ExitCode.Conflict, $"{path} is there already, and is not overwritten: name another file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"{path} cannot be written: {FailureReason.Of(e)}");
        }
    }

    /// <summary>Half an export is of no use, and looks like a whole one.</summary>
    private static async Task DropAsync(FileStream file)
    {
        await file.DisposeAsync();
        File.Delete(file.Name);
    }
}
