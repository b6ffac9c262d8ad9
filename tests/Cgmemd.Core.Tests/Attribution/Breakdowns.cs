using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

/// <summary>Breakdowns as a unit of three processes has them.</summary>
internal static class Breakdowns
{
    private const ulong K = 1024;
    private const ulong M = 1024 * K;

    /// <summary>One of api.service: its managed heap is of so many MiB, and all else is the same.</summary>
    internal static Breakdown Api(long timeUs, ulong heap, char invocation = 'b') => new()
    {
        Unit = "api.service",
        Cgroup = "/system.slice/api.service",
        CgroupId = invocation,
        InvocationId = new string(invocation, 32),
        TimeUsec = timeUs,
        DurationUsec = 23_400,
        Categories = new Dictionary<string, MemoryUse>
        {
            ["managed_heap"] = Use(heap * M, 12),
            ["native_heap"] = new(40 * M + 700 * K, 41 * M, 40 * M, 3 * M, 9),
            ["shared_library"] = new(21 * M + 330 * K, 96 * M, 2 * M, 0, 212),
            ["mapped_file"] = new(6 * M + 40 * K, 7 * M, 0, 0, 14),
            ["shared_memory"] = new(32 * M, 64 * M, 32 * M, 0, 2),
            ["stack"] = Use(900 * K, 21),
            ["other"] = new(0, 4 * K, 0, 0, 6),
        },
        Names =
        [
            new("/memfd:shared-cache (deleted)", "shared_memory", new(32 * M, 64 * M, 32 * M, 0, 2)),
            new("/usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.1/System.Private.CoreLib.dll",
                "shared_library", new(9 * M + 100 * K, 21 * M, 1 * M, 0, 9)),
            new("/srv/clients/redacted-5d4fe1a0c2b3", "mapped_file", new(5 * M, 5 * M, 0, 0, 1)),
            new("[anon:evil\e[2J]", "named_anonymous", Use(64 * K, 1)),
        ],
        LargeAnonymousRegions = 7,
        Processes =
        [
            Process(4242, 1, "api", heap * M + 80 * M, "dotnet", "10.0.1"),
            Process(4250, 4242, "api-worker", 18 * M, "native", null),
            Process(4251, 4242, "sh", 400 * K, "native", null) with { TopMappings = null, Categories = null },
        ],
        ProcessCount = 5,
        RollupOnlyCount = 1,
        Missing = new MissingProcesses(1, 0, 1),
        Escaped = [new(5000, "helper", "/user.slice/user-0.slice/session-3.scope", "session", 9 * M, 4 * M)],
        Reconciliation = Sums((long)heap),
    };

    /// <summary>One of so many processes, each with details of about a KiB.</summary>
    internal static Breakdown Large(int processes) => Api(0, 200) with
    {
        Processes = [.. Enumerable.Range(1, processes).Select(i =>
            Process(i, 0, $"worker{i}", (ulong)(processes - i) * M, "jvm", $"{i}") with
            {
                TopMappings = [.. Enumerable.Range(0, 10).Select(k => new NamedUse(
                    $"/opt/{i * 7919 % 1000}/{k * 104729 % 10007:x}/{i:x}.so", "shared_library",
                    Use((ulong)(k * i) * 4096, k)))],
            })],
    };

    private static ProcessBreakdown Process(
        int pid, int parent, string command, ulong pss, string runtime, string? version) => new()
        {
            Pid = pid,
            ParentPid = parent,
            Command = command,
            StartTimeTicks = 100_000 + (ulong)pid,
            Threads = 17,
            Runtime = runtime,
            RuntimeVersion = version,
            Allocator = "glibc",
            AllocatorVersion = "2.41",
            Rss = pss + 2 * M,
            Use = Use(pss, 30),
            Categories = new Dictionary<string, MemoryUse> { ["native_heap"] = Use(pss / 2, 3) },
            LargeAnonymousRegions = (int)(pss / (40 * M)),
            TopMappings =
        [
            new("[heap]", "native_heap", Use(pss / 2, 1)), new("/usr/bin/" + command, "shared_library", Use(M, 4)),
        ],
        };

    private static MemoryUse Use(ulong bytes, int mappings) => new(bytes, bytes, bytes, 0, mappings);

    // As Reconciler makes it: both lists add up to memory.current, to the byte.
    private static Reconciliation Sums(long heap)
    {
        const long kib = 1024;
        long anon = (heap + 44) * 1024 * kib, cache = 61_337 * kib, shmem = 65_536 * kib, kernel = 12_345 * kib + 512;
        long sock = 1_204 * kib, stock = -77 * kib;
        long pss = (heap * 1024 + 102_850) * kib;
        long current = anon + cache + shmem + kernel + sock + stock;
        long rest = current - pss - kernel - sock - stock - 33_100 * kib;
        return new Reconciliation
        {
            MemoryCurrent = (ulong)current,
            Pss = (ulong)pss,
            Charged =
            [
                new("anon", anon, "anonymous memory"),
                new("page_cache", cache, "page cache: files, without shmem", 4096),
                new("shmem", shmem, "tmpfs, memfd, System V and shared anonymous memory"),
                new("kernel_stack", 336 * kib, "kernel stacks of threads"),
                new("pagetables", 2_048 * kib, "page tables"),
                new("percpu", 0, "per-CPU kernel memory"),
                new("kernel_other", kernel - 2_384 * kib, "other kernel memory"),
                new("sock", sock, "buffers of TCP and UDP sockets"),
                new("stock", stock, "per-CPU stock, lag of memory.stat"),
            ],
            Mapped =
            [
                new("kernel", kernel, "kernel memory: mapped by no process"),
                new("sock", sock, "buffers of TCP and UDP sockets"),
                new("stock", stock, "per-CPU stock, lag of memory.stat"),
                new("file_unmapped", 33_100 * kib, "page cache that no process maps"),
                new("shmem_shared", rest, "shared memory charged here, mapped by processes elsewhere, or not read"),
            ],
            Beside = [new("swap", 3_145_728, "memory.swap.current"), new("zswapped", 0, "of it, compressed in memory")],
            Drift = 40_960,
            StockBound = 1_572_864,
            StockExceeded = false,
        };
    }
}
