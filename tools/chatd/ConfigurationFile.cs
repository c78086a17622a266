using System.Text.Json;

namespace ChatProtocol.Tools;

/// <summary>One value of a JSON file with its line.</summary>
/// <param name="Name">The value's key; empty in a list.</param>
/// <param name="Kind">The value's type; for a list or an object, the token that begins it.</param>
/// <param name="Text">The value without quotes.</param>
/// <param name="Line">The line on which the value begins, counted from 1.</param>
/// <param name="Children">The values in a list or an object.</param>
internal sealed record FileNode(string Name, JsonTokenType Kind, string Text, int Line, IReadOnlyList<FileNode> Children);

/// <summary>Reads a configuration from a JSON file: the settings by their names, and nothing else. Comments are allowed.</summary>
internal sealed class ConfigurationFile
{
    /// <summary>The longest file, in bytes; a longer one is hardly a configuration.</summary>
    private const int MaxBytes = 1024 * 1024;

    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string _path;
    private readonly List<SettingFault> _faults = [];
    private readonly Dictionary<Setting, SourcedValues> _given = [];

    private ConfigurationFile(string path) => _path = path;

    /// <summary>The file's values by setting; the last value of a repeated key counts.</summary>
    public IReadOnlyDictionary<Setting, SourcedValues> Given => _given;

    /// <summary>The mistakes in the file.</summary>
    public IReadOnlyList<SettingFault> Faults => _faults;

    public static ConfigurationFile Read(string path)
    {
        var file = new ConfigurationFile(path);
        if (file.TryLoad() is { } bytes)
            file.Parse(bytes);
        return file;
    }

    private byte[]? TryLoad()
    {
        try
        {
            using var file = File.OpenRead(_path);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= MaxBytes)
                return bytes[(bytes.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0)..length];
            Refuse($"it has more than {MaxBytes / 1024} KiB");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Refuse("it does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(FailureReason.Of(e));
        }
        return null;
    }

    private void Parse(byte[] bytes)
    {
        FileNode root;
        try
        {
            root = new NodeReader(bytes).ReadAll();
        }
        catch (JsonException e)
        {
            _faults.Add(new SettingFault(Place((int)(e.LineNumber ?? 0) + 1), "this is no JSON"));
            return;
        }
        if (root.Kind != JsonTokenType.StartObject)
            Refuse("it has to be an object: { \"listen\": [\"tcp://127.0.0.1:9999\"] }");
        else
            foreach (var node in root.Children)
                Take(node);
    }

    private void Take(FileNode node)
    {
        if (SettingDefinitions.Find(node.Name) is not { } setting)
            _faults.Add(new SettingFault(Place(node.Line), $"unknown setting '{node.Name}'; there are {string.Join(", ", SettingDefinitions.All.Select(known => known.Name))}"));
        else if (setting.FromFile(node, part => Place(part.Line)) is { } values)
            _given[setting] = new SourcedValues(values, Place(node.Line));
        else
            _faults.Add(new SettingFault(Place(node.Line), $"{setting.Name} has to be {setting.JsonForm}"));
    }

    private void Refuse(string reason) => _faults.Add(new SettingFault(null, $"the configuration {_path} cannot be used: {reason}"));

    private SettingSource Place(int line) => new($"{_path}:{line}");

    /// <summary>Turns tokens into nodes and counts lines.</summary>
    private ref struct NodeReader(ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private Utf8JsonReader _reader = new(json, Lenient);
        private int _line = 1;
        private int _counted;

        /// <exception cref="JsonException">The bytes are not JSON.</exception>
        public FileNode ReadAll()
        {
            _reader.Read();
            var root = ReadValue("");
            // Throws if anything but a comment follows the value.
            _reader.Read();
            return root;
        }

        private FileNode ReadValue(string name)
        {
            var (kind, line) = (_reader.TokenType, Line());
            if (kind is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
                return new FileNode(name, kind, ReadText(), line, []);
            var children = new List<FileNode>();
            while (_reader.Read() && _reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
            {
                var key = "";
                if (_reader.TokenType == JsonTokenType.PropertyName)
                {
                    key = ReadText();
                    _reader.Read();
                }
                children.Add(ReadValue(key));
            }
            return new FileNode(name, kind, "", line, children);
        }

        private string ReadText()
        {
            if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
                return System.Text.Encoding.UTF8.GetString(_reader.ValueSpan);
            try
            {
                return _reader.GetString()!;
            }
            catch (InvalidOperationException e)
            {
                // Half a surrogate pair, or bytes that are not UTF-8.
                throw new JsonException("the string is no Unicode", path: null, Line() - 1, bytePositionInLine: null, e);
            }
        }

        private int Line()
        {
            var start = (int)_reader.TokenStartIndex;
            _line += _json[_counted..start].Count((byte)'\n');
            _counted = start;
            return _line;
        }
    }
}
