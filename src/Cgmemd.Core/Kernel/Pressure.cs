using Cgmemd.Core.Samples;

namespace Cgmemd.Core.Kernel;

/// <summary>
/// Pressure stall information, of a cgroup or of the host: averages over 10 s in hundredths of a percent, totals in
/// microseconds.
/// </summary>
/// <remarks>Source: Documentation/accounting/psi.rst.</remarks>
public readonly record struct Pressure(ulong SomeAvg10, ulong SomeTotal, ulong FullAvg10, ulong FullTotal)
{
    // some avg10=0.00 avg60=0.00 avg300=0.00 total=0
    // full avg10=0.00 avg60=0.00 avg300=0.00 total=0
    //
    // kernel/sched/psi.c, psi_show()

    /// <summary>Parses memory.pressure or /proc/pressure/memory; both lines must be there.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Pressure pressure)
    {
        pressure = default;
        (ulong Avg10, ulong Total)? some = null, full = null;
        var lines = new KernelText(text);
        while (lines.TryTakeLine(out ReadOnlySpan<byte> line))
        {
            var words = new KernelText(line);
            if (!words.TryTakeWord(out ReadOnlySpan<byte> kind)
                || !TryParseLine(words.Rest, out ulong avg10, out ulong total))
                return false;
            if (kind.SequenceEqual("some"u8))
                some = (avg10, total);
            else if (kind.SequenceEqual("full"u8))
                full = (avg10, total);
        }

        if (some is not { } s || full is not { } f)
            return false;
        pressure = new Pressure(s.Avg10, s.Total, f.Avg10, f.Total);
        return true;
    }

    /// <summary>Sets the four pressure metrics of a sample.</summary>
    public void CopyTo(ref Sample sample)
    {
        sample.Set(Metric.PressureSomeAvg10, SomeAvg10);
        sample.Set(Metric.PressureSomeTotal, SomeTotal);
        sample.Set(Metric.PressureFullAvg10, FullAvg10);
        sample.Set(Metric.PressureFullTotal, FullTotal);
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, out ulong avg10, out ulong total)
    {
        avg10 = total = 0;
        bool hasAverage = false, hasTotal = false;
        var words = new KernelText(line);
        while (words.TryTakeWord(out ReadOnlySpan<byte> word))
        {
            if (word.StartsWith("avg10="u8))
                hasAverage = TryParseHundredths(word["avg10="u8.Length..], out avg10);
            else if (word.StartsWith("total="u8))
                hasTotal = KernelNumber.TryParse(word["total="u8.Length..], out total);
        }

        return hasAverage && hasTotal;
    }

    // Printed as %lu.%02lu.
    private static bool TryParseHundredths(ReadOnlySpan<byte> text, out ulong hundredths)
    {
        hundredths = 0;
        if (text.Length < 4 || text[^3] != '.' || !KernelNumber.TryParse(text[..^3], out ulong whole)
            || !KernelNumber.TryParse(text[^2..], out ulong fraction) || whole > uint.MaxValue)
            return false;
        hundredths = whole * 100 + fraction;
        return true;
    }
}
