namespace Cgmemd.Linux.Systemd;

/// <summary>A kind of event in the journal.</summary>
/// <param name="Event">Its name, which the entry carries as CGMEMD_EVENT.</param>
/// <param name="Id">Its MESSAGE_ID: 32 hexadecimal digits, random, made once and never changed.</param>
/// <param name="Priority">The priority of syslog(3).</param>
public readonly record struct MessageId(string Event, string Id, int Priority);

/// <summary>
/// The kinds of events. Priorities: 4 for what needs a look at the service, 3 where the daemon itself failed,
/// 5 for resolved, recovered and captured, 6 for records. Each is explained in packaging/cgmemd.catalog.
/// </summary>
public static class MessageIds
{
    private static readonly MessageId[] Table =
    [
        new("usage", "88b5f3738deb4bd8b54cb0213f8413c0", 6),
        new("started", "dd7082cdd1b34768abd984c2665bb945", 6),
        new("stopped", "451ed44921db4153884f0c6db1fcf507", 6),
        new("alert-firing", "96642a8a904c46d39d481fe393d6fc10", 4),
        new("alert-resolved", "b9d95a4bbcbc43b6b67ba01a1f05529b", 5),
        new("alert-escalated", "10aa4b7a4923403ebd4f8d8b9a1fd3fa", 4),
        new("alert-repeated", "5a2d153657a24a4daa6819487441b755", 4),
        new("alert-suppressed", "af5d95c2639441c9a97348a5ff7f100c", 5),
        new("silence-begun", "51c5e41e7e004107b9d39322a1f0868d", 5),
        new("silence-ended", "bf2e80efb859417aa2a295d35ab313ae", 5),
        new("spike-return", "35ac13338ac84e70bd2fce74c23436db", 5),
        new("oom-kill", "5f2cdcaca3c24fc7bf0e4b6a1a296e33", 4),
        new("prekill", "cf918fea33a1473598dcce474811b246", 4),
        new("capture", "9550028c6f5540409ccfb23c4e44243b", 5),
        new("capture-failed", "8726329d71fc48b4b44117907b6a3628", 3),
        new("capture-skipped", "6704864b61f94797bcdcac355120c96b", 5),
        new("action", "aa640965b1c84f5dbc39d231e3d302e2", 5),
        new("action-failed", "8e1ec0e171dc43878e7d52dd327dacbb", 3),
        new("action-skipped", "904f2dde490d45959e65c7c42be7f241", 5),
        new("tripwire-failed", "9209ca1d46234084975eb5f0b3bfb467", 4),
        new("limit-restored", "774f4a77139143ddba3ba2319a8c96ea", 5),
        new("limit-not-restored", "df9346c5c66b4bb8b18f1b5a5264b41d", 3),
        new("held-unsaved", "75bdc3e956b2424980e63be99757505c", 3),
        new("preflight", "240c20d00ccb4bccafec2a9af6111c67", 4),
        new("configuration-loaded", "9e6a49a043034f1f8e8563c8c604b66e", 6),
        new("configuration-refused", "9ae7ec654c3e416b85e06e8925ac6b3a", 3),
        new("bus-lost", "ebaea0989d784942b9d857c46ceadadc", 4),
        new("bus-connected", "9b8d07f4a72d41f09d6f344d8ba3a0e2", 6),
        new("state-refused", "ebc2e000bf4341568df77b0c66a466c8", 3),
        new("state-unsaved", "a13bdb1c7f6e4c7c9c0c5a6a5f0e8f27", 3),
        new("history-unavailable", "c01847033bf24dd1895bb1fadd8583ed", 3),
        new("history-recovered", "ef89a095bf534b758a127495c6c196a7", 5),
        new("history-moved-aside", "07326c2c0ba24bd79b9906174b3ec088", 3),
        new("samples-lost", "269ea16d78a149a89f937e70d614d663", 4),
        new("measuring-stuck", "5033d626d4f14d95ad7f73a802770f2e", 4),
        new("process-escaped", "573ff0100f95475a8d81af75e8a0253e", 5),
        new("measuring-failed", "14696495f5f541ecad41dc6f1e680fa1", 3),
        new("daemon-started", "279502d09d5d41b3b96c58f8bdb7e441", 6),
        new("daemon-stopping", "d6d909520786450bb0a0a1bb9a7f9bd4", 6),
        new("read-failed", "dfa07422147749b18c228e506e0682a5", 3),
    ];

    public static IReadOnlyList<MessageId> All => Table;

    /// <summary>The kind of an event's name, or null when no kind has it.</summary>
    public static MessageId? Find(string? name)
    {
        int index = Array.FindIndex(Table, kind => kind.Event == name);
        return index < 0 ? null : Table[index];
    }
}
