using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>What a history file holds.</summary>
internal static class HistoryFacts
{
    public static HistoryInfo Read(SqliteDatabase database)
    {
        var tiers = new List<TierInfo>();
        using SqliteStatement sums = database.Prepare("""
            SELECT tier, count(*), sum(length(data)), sum(points), min(first_us), max(last_us)
            FROM chunk GROUP BY tier
            """);
        var known = new Dictionary<HistoryTier, TierInfo>();
        while (sums.Step())
        {
            var tier = (HistoryTier)sums.Int64(0);
            known[tier] = new TierInfo(
                tier, sums.Int64(1), sums.Int64(2), sums.Int64(3), sums.NullableInt64(4), sums.NullableInt64(5));
        }

        for (HistoryTier tier = HistoryTier.Full; tier <= HistoryTier.Hour; tier++)
            tiers.Add(known.GetValueOrDefault(tier) ?? new TierInfo(tier, 0, 0, 0, null, null));
        return new HistoryInfo(
            (int)(database.Scalar("PRAGMA user_version") ?? 0),
            Length(database.Path) + Length(database.Path + "-wal"),
            database.Scalar("""
                SELECT count(*) FROM open_sample JOIN invocation ON invocation.id = open_sample.invocation
                WHERE open_sample.id > sealed
                """) ?? 0,
            database.Scalar("SELECT count(*) FROM invocation") ?? 0,
            database.Scalar("SELECT count(*) FROM event") ?? 0,
            tiers);
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
