using System.Text;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public class RuntimeDetectionTests
{
    [Theory]
    [InlineData("/usr/bin/node", "", RuntimeKind.Node)]
    [InlineData("/usr/bin/node (deleted)", "", RuntimeKind.Node)]
    [InlineData("/usr/bin/nodeenv", "", RuntimeKind.Native)]
    [InlineData("/usr/bin/python3.12", "", RuntimeKind.Python)]
    [InlineData("/usr/bin/python3-config", "", RuntimeKind.Native)]
    [InlineData("/usr/sbin/uwsgi-core", "/usr/lib/libpython3.11.so.1.0", RuntimeKind.Python)]
    [InlineData("/opt/app/host", "/opt/app/libcoreclr.so", RuntimeKind.DotNet)]
    [InlineData("/opt/app/host", "/memfd:doublemapper (deleted)", RuntimeKind.DotNet)]
    [InlineData("/usr/bin/soffice", "/usr/lib/jvm/x/lib/server/libjvm.so", RuntimeKind.Jvm)]
    [InlineData("/usr/bin/ruby3.3", "/usr/lib/libruby-3.3.so.3.3.8", RuntimeKind.Ruby)]
    [InlineData("/usr/bin/bash", "/usr/lib/libc.so.6", RuntimeKind.Native)]
    [InlineData(null, "", RuntimeKind.Native)]
    public void TheRuntimeShowsByNames(string? program, string library, RuntimeKind kind) =>
        Assert.Equal(kind, RuntimeDetection.Kind(Evidence(program, library)));

    [Theory]
    [InlineData(ProgramMarks.Go, RuntimeKind.Go)]
    [InlineData(ProgramMarks.Bun, RuntimeKind.Bun)]
    [InlineData(ProgramMarks.DotNetNativeAot, RuntimeKind.DotNet)]
    [InlineData(ProgramMarks.DotNetSingleFile, RuntimeKind.DotNet)]
    public void TheProgramShowsWhatIsLinkedIntoIt(ProgramMarks marks, RuntimeKind kind)
    {
        RuntimeEvidence evidence = Evidence("/opt/app/server");
        evidence.Program = marks;
        Assert.Equal(kind, RuntimeDetection.Kind(evidence));
    }

    [Theory]
    [InlineData("/usr/lib/libc.so.6", AllocatorKind.Glibc, null)]
    [InlineData("/lib/x86_64-linux-gnu/libc-2.31.so", AllocatorKind.Glibc, "2.31")]
    [InlineData("/lib/ld-musl-x86_64.so.1", AllocatorKind.Musl, null)]
    [InlineData("/usr/lib/x86_64-linux-musl/libc.so", AllocatorKind.Musl, null)]
    [InlineData("/usr/lib/libc.so.6 /usr/lib/libjemalloc.so.2", AllocatorKind.Jemalloc, null)]
    [InlineData("/usr/lib/libc.so.6 /usr/lib/libtcmalloc_minimal.so.4.5.10", AllocatorKind.Tcmalloc, null)]
    [InlineData("/usr/lib/libc.so.6 /usr/lib/libmimalloc.so.2.0", AllocatorKind.Mimalloc, "2.0")]
    [InlineData("/usr/lib/libcap.so.2", AllocatorKind.Unknown, null)]
    public void AMallocOfItsOwnWinsOverTheCLibrary(string libraries, AllocatorKind allocator, string? version)
    {
        RuntimeEvidence evidence = Evidence("/usr/bin/x", libraries.Split(' '));
        Assert.Equal(allocator, RuntimeDetection.Allocator(evidence, RuntimeKind.Native));
        Assert.Equal(version, RuntimeDetection.AllocatorVersionByName(evidence, allocator));
    }

    [Theory]
    [InlineData("/usr/bin/dotnet", "/usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.21/libcoreclr.so", "8.0.21")]
    [InlineData("/opt/app/x", "/opt/app/libcoreclr.so", null)]
    [InlineData("/root/.nvm/versions/node/v20.20.2/bin/node", "", "20.20.2")]
    [InlineData("/usr/bin/ruby3.1", "/usr/lib/x86_64-linux-gnu/libruby-3.1.so.3.1.2", "3.1.2")]
    [InlineData("/usr/local/bin/ruby", "/usr/local/lib/libruby.so.3.4.7", "3.4.7")]
    [InlineData("/usr/bin/python3.11", "", "3.11")]
    [InlineData("/usr/bin/python3", "/usr/lib/libpython3.13.so.1.0", "3.13")]
    [InlineData("/usr/bin/java", "/usr/lib/jvm/x/lib/server/libjvm.so", null)]
    public void NamesHoldVersions(string program, string library, string? version)
    {
        RuntimeEvidence evidence = Evidence(program, library);
        Assert.Equal(version, RuntimeDetection.VersionByName(evidence, RuntimeDetection.Kind(evidence)));
    }

    [Theory]
    [InlineData("/opt/app/x", "/opt/app/libcoreclr.so", "/opt/app/x.runtimeconfig.json")]
    [InlineData("/x", "/jdk/lib/server/libjvm.so", "/jdk/release")]
    [InlineData("/x", "/jdk8/jre/lib/amd64/server/libjvm.so", "/jdk8/jre/lib/release /jdk8/release")]
    [InlineData("/x", "/jdk/lib/server/libjvm.so (deleted)", "")]
    [InlineData("/usr/bin/node", "", "/usr/include/node/node_version.h")]
    [InlineData("/usr/bin/node (deleted)", "", "")]
    [InlineData("/usr/bin/python3.11", "", "/usr/include/python3.11/patchlevel.h")]
    [InlineData("/usr/bin/bash", "", "")]
    public void VersionsAreSoughtInFiles(string program, string library, string files)
    {
        RuntimeEvidence evidence = Evidence(program, library);
        IEnumerable<string> sought = RuntimeDetection.VersionFiles(evidence, RuntimeDetection.Kind(evidence));
        Assert.Equal(files, string.Join(' ', sought.Take(2)));
    }

    [Fact]
    public void ALibraryThatWasDeletedIsNotOpened()
    {
        RuntimeEvidence evidence = Evidence("/x", "/usr/lib/libc.so.6 (deleted)");
        Assert.Equal(AllocatorKind.Glibc, RuntimeDetection.Allocator(evidence, RuntimeKind.Native));
        Assert.Null(RuntimeDetection.AllocatorLibrary(evidence, AllocatorKind.Glibc));
    }

    private static RuntimeEvidence Evidence(string? program, params string[] libraries)
    {
        var evidence = new RuntimeEvidence { Executable = program };
        foreach (string library in libraries)
        {
            string line = $"7f3c9a228000-7f3c9a3bd000 r-xp 00028000 08:01 1184129                    {library}";
            Assert.True(evidence.TryAddMapping(Encoding.UTF8.GetBytes(line)));
        }

        return evidence;
    }
}
