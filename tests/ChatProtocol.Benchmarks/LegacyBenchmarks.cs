using BenchmarkDotNet.Attributes;
using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Benchmarks;

/// <summary>The cost of plain text clients: GBK in, GBK out.</summary>
[MemoryDiagnoser]
public class LegacyBenchmarks
{
    private const int Entries = 64;

    private readonly string _said = Samples.SaidInChinese;
    private byte[] _gbk = [];
    private Segment? _segment;

    [GlobalSetup]
    public void Fill()
    {
        _gbk = LegacyText.Encode(_said, LegacyCharset.Gbk).Bytes.ToArray();
        _segment = new Segment(1, 1, Samples.Time + Entries, Samples.Entries(1, Entries, _said).ToArray());
    }

    [Benchmark]
    public string Text_from_100_bytes_of_gbk() => LegacyText.Decode(_gbk, LegacyCharset.Gbk);

    [Benchmark]
    public LegacyText Text_to_100_bytes_of_gbk() => LegacyText.Encode(_said, LegacyCharset.Gbk);

    /// <summary>Rendering, done once for all text clients; the time of one entry.</summary>
    [Benchmark(OperationsPerInvoke = Entries)]
    public object Segment_rendered() =>
        new LegacyRenderer(LegacyCharset.Gbk, LegacyLanguage.Chinese, Lobby: 1).Render(_segment!);
}
