using System.Buffers.Text;
using Cgmemd.Linux.Native;

namespace Cgmemd.Linux.Cgroups;

/// <summary>What systemd-oomd leaves on the cgroups that it kills.</summary>
public sealed partial class Cgroup
{
    private const int LongestNumber = 20;

    /// <summary>
    /// How many times systemd-oomd has killed this cgroup, 0 for never; null where it cannot be told. It may also be
    /// asked after the cgroup was removed: the attributes go with the last descriptor of its directory.
    /// </summary>
    /// <remarks>
    /// Source: systemd, oomd_cgroup_kill() in src/oom/oomd-util.c: counted in user.oomd_ooms before the first process
    /// is killed. systemd reads it itself for Result=oom-kill, unit_check_oomd_kill() in src/core/cgroup.c. In the
    /// kernel: kernfs_vfs_xattr_get(), which does not ask whether the node is still active.
    /// </remarks>
    public unsafe ulong? ReadOomdKills()
    {
        // fgetxattr(2) refuses an O_PATH descriptor, and opening "." a directory that was removed.
        ReadOnlySpan<byte> prefix = "/proc/self/fd/"u8;
        Span<byte> path = stackalloc byte[40];
        path.Clear();
        prefix.CopyTo(path);
        _ = Utf8Formatter.TryFormat(_directory.Number, path[prefix.Length..^1], out _);
        byte* value = stackalloc byte[LongestNumber];
        nint length = LibC.getxattr(path, "user.oomd_ooms\0"u8, value, LongestNumber);
        if (length < 0)
            return Errnos.Last is Errno.ENODATA ? 0 : null;
        var text = new ReadOnlySpan<byte>(value, (int)length);
        return Utf8Parser.TryParse(text, out ulong kills, out int used) && used == text.Length ? kills : null;
    }
}
