using Cgmemd.Core.History;
using FsCheck;
using FsCheck.Fluent;

namespace Cgmemd.Core.Tests.History;

/// <summary>Blocks to test with.</summary>
internal static class Blocks
{
    // The edges of every length of a varint, of signs and of wraps, and anything else.
    private static readonly ulong[] Edges =
        [0, 1, 127, 128, 4096, 1 << 20, long.MaxValue, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue];

    public static Gen<ulong> Value { get; } = Gen.OneOf(
        Gen.Elements(Edges),
        Gen.Choose(0, 100).Select(v => (ulong)v * 4096),
        from length in Gen.Choose(1, 64)
        from bits in Gen.Choose(0, int.MaxValue)
        from more in Gen.Choose(0, int.MaxValue)
        select (((ulong)bits << 33) ^ (ulong)more ^ 0x9E3779B97F4A7C15) >> (64 - length));

    private static Gen<long> Time { get; } = Gen.Frequency(
        (8, Gen.Choose(0, 1 << 30).Select(v => v * 5L)),
        (1, Value.Select(v => (long)v)));

    /// <summary>Any times, in any order, any values, and of absences every pattern.</summary>
    public static Gen<SampleBlock> Any { get; } =
        from rows in Gen.Frequency((1, Gen.Choose(0, 2)), (4, Gen.Choose(3, 140)))
        from monotonic in Time.ArrayOf(rows)
        from realtime in Time.ArrayOf(rows)
        from hasCounts in Gen.Elements(true, false)
        from counts in Gen.Choose(1, int.MaxValue).Select(c => (uint)c).ArrayOf(rows)
        from ids in Id.NonEmptyListOf()
        from columns in Gen.CollectToArray(ids.Distinct().Order(), id => ColumnOf(id, rows))
        select new SampleBlock(monotonic, realtime, hasCounts ? counts : null, [.. columns.Where(HasValues)]);

    private static Gen<ColumnId> Id =>
        from field in Gen.OneOf(Gen.Choose(1, 70), Gen.Elements(1000, int.MaxValue))
        from statistic in Gen.Elements(Enum.GetValues<Statistic>())
        select new ColumnId(field, statistic);

    /// <summary>Whether two blocks hold the same.</summary>
    public static bool AreSame(SampleBlock a, SampleBlock b) =>
        a.MonotonicUs.SequenceEqual(b.MonotonicUs)
        && a.RealtimeUs.SequenceEqual(b.RealtimeUs)
        && (a.SampleCounts is null) == (b.SampleCounts is null)
        && (a.SampleCounts ?? []).SequenceEqual(b.SampleCounts ?? [])
        && a.Columns.Count == b.Columns.Count
        && a.Columns.Zip(b.Columns).All(pair => AreSame(pair.First, pair.Second));

    public static bool AreSame(Column a, Column b) =>
        a.Id == b.Id && Enumerable.Range(0, a.Values.Length).All(i => a[i] == b[i]) && a.Values.SequenceEqual(b.Values);

    private static bool HasValues(Column column) => Enumerable.Range(0, column.Values.Length).Any(column.IsPresent);

    private static Gen<Column> ColumnOf(ColumnId id, int rows) =>
        from values in Gen.OneOf(Value.ArrayOf(rows), Value.Select(v => Enumerable.Repeat(v, rows).ToArray()))
        from present in Gen.OneOf(
            Gen.Constant(Enumerable.Repeat(true, rows).ToArray()),
            Gen.Elements(true, false).ArrayOf(rows),
            Gen.Choose(1, 12).Select(n => Enumerable.Range(0, rows).Select(i => i % n == n - 1).ToArray()))
        select Column(id, values, present);

    private static Column Column(ColumnId id, ulong[] values, bool[] present)
    {
        ulong[] bits = new ulong[(values.Length + 63) / 64];
        for (int i = 0; i < values.Length; i++)
        {
            if (present[i])
                bits[i >> 6] |= 1UL << (i & 63);
            else
                values[i] = 0;
        }

        return new Column(id, values, bits);
    }
}
