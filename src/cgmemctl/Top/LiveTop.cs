using System.Text.Json.Serialization.Metadata;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;

namespace Cgmemd.Control.Top;

/// <summary>
/// Pictures of now, from the daemon. One connection is kept, and made anew when the daemon was restarted.
/// </summary>
/// <param name="connect">Connects to the daemon.</param>
internal sealed class LiveTop(Func<VarlinkClient> connect) : ITopSource
{
    // The daemon does not tell a unit's course, so it is remembered here: as many pictures as a chart has use for.
    private const int Remembered = 300;

    private Dictionary<RowId, Queue<(long TimeUs, ulong Bytes)>> _courses = [];
    private VarlinkClient? _client;

    public TopFrame Read(long atUs)
    {
        VarlinkResult result = Call(DaemonInterface.ListUnits, new Empty(), VarlinkJson.Default.Empty);
        ListUnitsReply reply = result.As(ReplyJson.Default.ListUnitsReply)
            ?? throw Refused(DaemonInterface.ListUnits, result);
        Remember(reply.Units);
        return new TopFrame("LIVE", atUs, reply.Units);
    }

    public TopDetail? Detail(UnitSummary unit, long atUs)
    {
        VarlinkResult result =
            Call(DaemonInterface.GetUnit, new GetUnitCall(unit.Unit), VarlinkJson.Default.GetUnitCall);
        if (result.Error == DaemonInterface.NoSuchUnit)
            return null;
        GetUnitReply reply = result.As(ReplyJson.Default.GetUnitReply)
            ?? throw Refused(DaemonInterface.GetUnit, result);
        return new TopDetail(reply.Unit, [.. _courses.GetValueOrDefault(new RowId(unit.Cgroup, unit.CgroupId), [])]);
    }

    public void Dispose() => _client?.Dispose();

    private void Remember(IReadOnlyList<UnitSummary> units)
    {
        var courses = new Dictionary<RowId, Queue<(long TimeUs, ulong Bytes)>>();
        foreach (UnitSummary unit in units)
        {
            var id = new RowId(unit.Cgroup, unit.CgroupId);
            Queue<(long TimeUs, ulong Bytes)> course = _courses.GetValueOrDefault(id) ?? new();
            courses[id] = course;
            if (unit.MemoryCurrent is not { } bytes || (course.Count > 0 && course.Last().TimeUs >= unit.SampledUsec))
                continue;
            course.Enqueue((unit.SampledUsec, bytes));
            if (course.Count > Remembered)
                course.Dequeue();
        }

        _courses = courses;
    }

    private VarlinkResult Call<T>(string method, T parameters, JsonTypeInfo<T> type)
    {
        bool isNew = _client is null;
        try
        {
            _client ??= connect();
            return _client.Call(method, parameters, type);
        }
        catch (VarlinkException)
        {
            _client?.Dispose();
            _client = null;
            if (isNew)
                throw;
        }

        return Call(method, parameters, type);
    }

    private static VarlinkException Refused(string method, VarlinkResult result) =>
        new(method, result.Error ?? "the daemon's reply is of another version than this cgmemctl");
}
