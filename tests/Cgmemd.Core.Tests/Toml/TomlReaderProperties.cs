using System.Text;
using Cgmemd.Core.Configuration;
using Cgmemd.Core.Toml;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.Toml;

/// <summary>What holds of the reader on any input.</summary>
public sealed class TomlReaderProperties
{
    private static readonly string[] Pieces =
    [
        "a", "b.c", "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "\"", "'", "\"\"\"", "'''", "\\", "\\u12", "#", "\n",
        "\r\n", "\r", "\0", " ", "\t", "1", "0x", "-", "+", "_", "1e5", "inf", "true", "1979-05-27", "T", "07:32:00",
        "Z", "é", "😀", "[t]\n", "a = 1\n", "[[t]]\n", "t.u = {x = 1}\n", "s = \"x\"\n",
    ];

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void AnyBytesAreReadOrRefused()
    {
        Gen<byte[]> bytes = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();
        Prop.ForAll(bytes.ToArbitrary(), IsSound).Check(Many);
    }

    [Fact]
    public void AnyPiecesOfTomlAreReadOrRefused()
    {
        Gen<byte[]> text = Gen.Elements(Pieces).ArrayOf().Select(p => Encoding.UTF8.GetBytes(string.Concat(p)));
        Prop.ForAll(text.ToArbitrary(), IsSound).Check(Many);
    }

    [Fact]
    public void AnyTextSurvivesABasicString()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<UnicodeString>(), text =>
        {
            string value = string.Concat(text.Get.EnumerateRunes().Where(r => r.Value is not 0xFFFD));
            string quoted = string.Concat(value.EnumerateRunes().Select(r => $"\\U{r.Value:X8}"));
            TomlDocument document = TomlReader.Read("f", Encoding.UTF8.GetBytes($"k = \"{quoted}\""));
            return document.Errors.Count == 0 && ((TomlString)document.Root.Find("k")!.Value).Value == value;
        }).Check(Many);
    }

    // Every error and every value has a place inside the file.
    private static bool IsSound(byte[] utf8)
    {
        TomlDocument document = TomlReader.Read("f", utf8);
        return document.Errors.All(e => IsInside(document, e.Position)) && IsSound(document, document.Root, 0)
            && document.Errors.All(e => e.ToString().Length > 0);
    }

    private static bool IsSound(TomlDocument document, TomlValue value, int depth) =>
        depth <= TomlReader.MaxDepth + 2 && IsInside(document, value.Position) && value switch
        {
            TomlTable table => table.Entries.All(e => IsSound(document, e.Value, depth + 1)),
            TomlArray array => array.Items.All(i => IsSound(document, i, depth + 1)),
            _ => true,
        };

    private static bool IsInside(TomlDocument document, SourcePosition position) =>
        document.Line(position.Line) is { } line && position.Column >= 1 && position.Column <= line.Length + 2;
}
