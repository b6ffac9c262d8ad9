using System.Buffers;
using System.Text;
using Cgmemd.Control.Top;
using Xunit;

namespace Cgmemd.Control.Tests.Top;

public class ScreenDiffTests
{
    private const int Columns = 30, Rows = 6;

    /// <summary>After any number of steps a terminal shows what was drawn, wide characters included.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ATerminalShowsWhatWasDrawn(int seed)
    {
        var random = new Random(seed);
        var screen = new VirtualScreen(Columns, Rows);
        Grid? before = null;
        for (int step = 0; step < 2000; step++)
        {
            Grid after = random.Next(4) == 0 || before is null ? Draw(random, new Grid(Columns, Rows, Charset.Utf8), 8)
                : Draw(random, Copy(before), random.Next(3));
            if (random.Next(50) == 0)
                before = null;
            screen.Take(Bytes(before, after), rune => Charset.Utf8.Show(rune).Columns);
            AssertShows(after, screen);
            before = after;
        }
    }

    [Fact]
    public void WhatIsTheSameIsNotWritten()
    {
        Grid grid = Draw(new Random(5), new Grid(Columns, Rows, Charset.Utf8), 8);
        Assert.Empty(Bytes(grid, Copy(grid)));
    }

    [Fact]
    public void OnlyWhatDiffersIsWritten()
    {
        Grid before = new(Columns, Rows, Charset.Utf8), after = new(Columns, Rows, Charset.Utf8);
        before.Put(1, 0, "api.service    412M 10:00:01");
        after.Put(1, 0, "api.service    413M 10:00:03");
        Assert.Equal("\e[2;18H3\e[9C3", Encoding.UTF8.GetString(Bytes(before, after)));
    }

    [Fact]
    public void TheRestOfALineIsErasedAtOnce()
    {
        Grid before = new(Columns, Rows, Charset.Utf8), after = new(Columns, Rows, Charset.Utf8);
        before.Put(0, 0, "something very long indeed");
        after.Put(0, 0, "some");
        Assert.Equal("\e[1;5H\e[K", Encoding.UTF8.GetString(Bytes(before, after)));
    }

    [Fact]
    public void WithoutColourTheRestOfTheLookStays()
    {
        var grid = new Grid(Columns, Rows, Charset.Utf8);
        grid.Put(0, 0, "x", Look.Bold | Look.Red);
        var output = new ArrayBufferWriter<byte>();
        ScreenDiff.Write(null, grid, color: false, output);
        Assert.Equal("\e[m\e[2J\e[1H\e[1mx\e[m", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void AnotherSizeIsAnotherScreen()
    {
        var grid = new Grid(Columns, Rows, Charset.Utf8);
        Assert.StartsWith(
            "\e[m\e[2J", Encoding.UTF8.GetString(Bytes(new Grid(10, 4, Charset.Utf8), grid)), StringComparison.Ordinal);
    }

    /// <summary>What others named must not steer the terminal, nor break the columns.</summary>
    [Theory]
    [InlineData("a\e[2Jb\r\n", true, "a�[2Jb��")]
    [InlineData("grün 漢字", true, "grün 漢字")]
    [InlineData("grün 漢字", false, "gr?n ??")]
    [InlineData("e\u0301x\u200bo", true, "exo")]
    public void TextIsTamed(string text, bool utf8, string shown)
    {
        var grid = new Grid(Columns, Rows, utf8 ? Charset.Utf8 : Charset.Ascii);
        grid.Put(0, 0, text);
        Assert.Equal(shown, grid.Text(0));
    }

    [Fact]
    public void NothingIsDrawnOutside()
    {
        var grid = new Grid(5, 1, Charset.Utf8);
        Assert.Equal(4, grid.Put(0, 3, "a漢"));
        Assert.Equal(5, grid.Put(0, 4, "bcd"));
        Assert.Equal(2, grid.Put(1, 2, "below"));
        Assert.Equal("   ab", grid.Text(0));
    }

    private static byte[] Bytes(Grid? before, Grid after)
    {
        var output = new ArrayBufferWriter<byte>();
        ScreenDiff.Write(before, after, color: true, output);
        return output.WrittenSpan.ToArray();
    }

    private static Grid Copy(Grid grid)
    {
        var copy = new Grid(grid.Columns, grid.Rows, Charset.Utf8);
        for (int row = 0; row < grid.Rows; row++)
        {
            for (int column = 0; column < grid.Columns; column++)
            {
                Place place = grid.Row(row)[column];
                if (!place.IsRightHalf)
                    copy.Put(row, column, place.Rune.ToString(), place.Look);
            }
        }

        return copy;
    }

    private static Grid Draw(Random random, Grid grid, int texts)
    {
        string[] words = ["api.service", "漢字", "1.2G", " ", "      ", "größe", "x", "a漢b"];
        Look[] looks = [Look.Plain, Look.Plain, Look.Bold, Look.Reverse | Look.Red, Look.Faint];
        for (int i = 0; i < texts; i++)
        {
            int column = random.Next(Columns);
            int row = random.Next(Rows);
            // Never on half of a wide character: whoever draws a screen begins with a blank one.
            while (column > 0 && grid.Row(row)[column].IsRightHalf)
                column--;
            int end = grid.Put(row, column, words[random.Next(words.Length)], looks[random.Next(looks.Length)]);
            if (end < Columns && grid.Row(row)[end].IsRightHalf)
                grid.Put(row, end, " ");
        }

        return grid;
    }

    private static void AssertShows(Grid grid, VirtualScreen screen)
    {
        for (int row = 0; row < grid.Rows; row++)
        {
            for (int column = 0; column < grid.Columns; column++)
            {
                Place place = grid.Row(row)[column];
                (string text, string look) = screen[row, column];
                Assert.Equal(place.IsRightHalf ? "" : place.Rune.ToString(), text);
                Assert.Equal(Codes(place.Look), look);
            }
        }
    }

    private static string Codes(Look look)
    {
        List<int> codes = [];
        foreach ((Look flag, int code) in new (Look, int)[]
            { (Look.Bold, 1), (Look.Faint, 2), (Look.Reverse, 7), (Look.Red, 31), (Look.Green, 32), (Look.Yellow, 33) })
        {
            if (look.HasFlag(flag))
                codes.Add(code);
        }

        return string.Join(';', codes);
    }
}
