namespace Cgmemd.Core.Samples;

/// <summary>What came of reading a kernel file. The four ways to have no value are different things.</summary>
public enum ReadStatus : byte
{
    /// <summary>Nothing has been read yet.</summary>
    NoData,

    /// <summary>The value was read.</summary>
    Ok,

    /// <summary>This kernel or host does not offer the file or the key.</summary>
    NotSupported,

    /// <summary>The cgroup or process is gone (ENODEV, ENOENT, ESRCH): normal life.</summary>
    Vanished,

    /// <summary>The read failed otherwise; the errno says how.</summary>
    Failed,
}
