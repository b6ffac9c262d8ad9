using System.Text;

namespace Cgmemd.Control.Export;

/// <summary>Text on its way out, in pieces of some size: standard output is flushed with every write.</summary>
internal sealed class TextBuffer(TextWriter target) : IDisposable
{
    private const int Piece = 32 * 1024;

    private readonly StringBuilder _text = new(Piece + 1024);

    internal TextBuffer Append(string text)
    {
        _text.Append(text);
        if (_text.Length >= Piece)
            Flush();
        return this;
    }

    public void Dispose() => Flush();

    private void Flush()
    {
        target.Write(_text);
        _text.Clear();
    }
}
