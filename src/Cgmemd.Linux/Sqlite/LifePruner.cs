using Cgmemd.Core.History;

namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// Takes out lives. Each is told of as long as any of its samples, and as long as hours are kept; but of too many some
/// go with all they have: the oldest of the family that has most (see <see cref="UnitFamily"/>), so that what starts
/// every second, under one name or always another, does not cost the others.
/// </summary>
internal sealed class LifePruner(SqliteDatabase database, OpenLog log)
{
    private const int LivesAtOnce = 16;

    /// <summary>So many are chosen at once: 64 KiB in memory.</summary>
    private const int MaxChosen = 4096;

    private readonly SqliteStatement _newest = database.Prepare("SELECT max(id) FROM invocation");

    private readonly SqliteStatement _count = database.Prepare(
        "SELECT count(*) FROM invocation WHERE end_us IS NOT NULL");

    private readonly SqliteStatement _ofUnits = database.Prepare("""
        SELECT unit.name, lives FROM unit JOIN
            (SELECT unit, count(*) AS lives FROM invocation WHERE end_us IS NOT NULL GROUP BY unit) ON unit.id = unit
        """);

    private readonly SqliteStatement _ended = database.Prepare("""
        SELECT i.id, i.unit, unit.name FROM invocation AS i JOIN unit ON unit.id = i.unit
        WHERE i.end_us IS NOT NULL ORDER BY i.end_us
        """);

    private readonly SqliteStatement _oldest = database.Prepare($"""
        SELECT id, unit, end_us FROM invocation WHERE end_us IS NOT NULL ORDER BY end_us LIMIT {LivesAtOnce}
        """);

    private readonly SqliteStatement _hasChunk = database.Prepare("SELECT 1 FROM chunk WHERE invocation = ? LIMIT 1");

    private readonly SqliteStatement _deleteChunks = database.Prepare("DELETE FROM chunk WHERE invocation = ?");

    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM invocation WHERE id = ?");

    private readonly SqliteStatement _deleteUnit = database.Prepare("""
        DELETE FROM unit WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM invocation WHERE unit = ?1)
        """);

    // The next to go is the last.
    private readonly List<Life> _chosen = [];
    private long _countAfter;
    private long _countedFor;

    /// <summary>Takes out a few.</summary>
    /// <param name="cutoffUs">Those that ended before go when no chunk of theirs is left: CLOCK_REALTIME.</param>
    /// <param name="most">So many that have ended are kept at most.</param>
    /// <returns>Whether more are to go.</returns>
    public bool Step(long cutoffUs, long most)
    {
        if (_chosen.Count == 0)
            Choose(most);
        if (_chosen.Count == 0)
        {
            DeleteOld(cutoffUs);
            return false;
        }

        for (int i = 0; i < LivesAtOnce && _chosen.Count > 0; i++)
        {
            Delete(_chosen[^1]);
            _chosen.RemoveAt(_chosen.Count - 1);
        }

        return true;
    }

    /// <summary>What this did last was rolled back.</summary>
    public void Forget()
    {
        _chosen.Clear();
        _countAfter = 0;
    }

    private void DeleteOld(long cutoffUs)
    {
        var old = new List<Life>();
        while (_oldest.Step())
        {
            var life = new Life(_oldest.Int64(0), _oldest.Int64(1));
            if (_oldest.Int64(2) < cutoffUs && _hasChunk.Bind(1, life.Id).RunForInt64() is null)
                old.Add(life);
        }

        foreach (Life life in old)
            Delete(life);
    }

    // What is not sealed yet is not to become a chunk of a life that is not there.
    private void Delete(Life life)
    {
        log.Forget(life.Id);
        _deleteChunks.Bind(1, life.Id).Run();
        _delete.Bind(1, life.Id).Run();
        _deleteUnit.Bind(1, life.Unit).Run();
    }

    // They are counted, which reads a whole index, only once so many have begun since the last time that there may be
    // too many. Their numbers alone do not tell: one that goes on for years keeps its own.
    private void Choose(long most)
    {
        long newest = _newest.RunForInt64() ?? 0;
        if (newest < _countAfter && most == _countedFor)
            return;
        long count = _count.RunForInt64() ?? 0;
        // Some more go, so that they are not counted again for each.
        long spare = Math.Max(1, most / 100);
        (_countAfter, _countedFor) = (newest + Math.Max(spare, most - count), most);
        if (count <= most)
            return;
        long excess = count - most + spare;
        (ulong family, long ofFamily) = Largest();
        // Not all of a family that is only just the largest: then it is counted again.
        long wanted = Math.Min(Math.Min(excess, MaxChosen), Math.Max(1, ofFamily / 2));
        while (_chosen.Count < wanted && _ended.Step())
        {
            if (UnitFamily.Of(_ended.Utf8(2)) == family)
                _chosen.Add(new Life(_ended.Int64(0), _ended.Int64(1)));
        }

        _ended.Reset();
        _chosen.Reverse();
        if (_chosen.Count < excess)
            _countAfter = 0;
    }

    private (ulong Family, long Lives) Largest()
    {
        var lives = new Dictionary<ulong, long>();
        (ulong Family, long Lives) largest = default;
        while (_ofUnits.Step())
        {
            ulong family = UnitFamily.Of(_ofUnits.Utf8(0));
            long count = lives[family] = lives.GetValueOrDefault(family) + _ofUnits.Int64(1);
            if (count > largest.Lives)
                largest = (family, count);
        }

        return largest;
    }

    private readonly record struct Life(long Id, long Unit);
}
