using System.Text;
using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public class VersionTextTests
{
    [Theory]
    [InlineData("3.11.so.1.0", "3.11")]
    [InlineData("2.36.\0more", "2.36")]
    [InlineData("17.0.15+6-Debian", "17.0.15+6-Debian")]
    [InlineData("1.2\u001b[31m", "1.2")]
    [InlineData("v1", null)]
    [InlineData("", null)]
    public void WhatIsNoVersionIsCutOff(string text, string? version) =>
        Assert.Equal(version, VersionText.Clean(text));

    [Fact]
    public void NothingLongComesOut() => Assert.Equal(40, VersionText.Clean(new string('1', 1000))!.Length);

    [Theory]
    [InlineData(RuntimeKind.Jvm, "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\n", "17.0.15")]
    [InlineData(RuntimeKind.Jvm, "JAVA_VERSION=17\n", null)]
    [InlineData(RuntimeKind.Python, "#define PY_VERSION              \"3.11.7\"\n", "3.11.7")]
    [InlineData(RuntimeKind.Python, "#define PY_VERSION_HEX 1\n", null)]
    [InlineData(
        RuntimeKind.Node,
        "#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 2\n#define NODE_PATCH_VERSION 1\n", "20.2.1")]
    [InlineData(RuntimeKind.Node, "#define NODE_MAJOR_VERSION 20\n", null)]
    [InlineData(
        RuntimeKind.DotNet,
        """{"runtimeOptions":{"includedFrameworks":[{"name":"Microsoft.NETCore.App","version":"9.0.20"}]}}""",
        "9.0.20")]
    [InlineData(
        RuntimeKind.DotNet,
        """{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"9.0.0"}}}""", null)]
    [InlineData(RuntimeKind.DotNet, """{"includedFrameworks":["Microsoft.NETCore.App",""]}""", null)]
    [InlineData(RuntimeKind.DotNet, "{", null)]
    [InlineData(RuntimeKind.DotNet, """{"\ud800\ud800\ud800\ud800":1}""", null)]
    [InlineData(RuntimeKind.DotNet, """{"includedFrameworks":["\ud800\ud800\ud800\ud800\ud800"]}""", null)]
    [InlineData(RuntimeKind.Go, "1.2.3", null)]
    public void FilesHoldVersions(RuntimeKind kind, string text, string? version) =>
        Assert.Equal(version, VersionText.FromFile(kind, Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(
        AllocatorKind.Glibc, "x\0GNU C Library (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.\n", "2.36")]
    [InlineData(AllocatorKind.Jemalloc, "a-g\0b-gc\05.3.0-0-g54eaed1d8b56b1aa528be3bdd1877e59c56fa90c\0", "5.3.0")]
    [InlineData(AllocatorKind.Jemalloc, "big-good\0", null)]
    [InlineData(AllocatorKind.Tcmalloc, "x\0gperftools 2.10\0", "2.10")]
    [InlineData(AllocatorKind.Musl, "1.2.5", null)]
    public void LibrariesHoldVersions(AllocatorKind allocator, string data, string? version) =>
        Assert.Equal(version, VersionText.FromReadOnlyData(allocator, Encoding.UTF8.GetBytes(data)));

    [Fact]
    public void GoStatesItsVersion()
    {
        byte[] section = new byte[64];
        section[0] = 0xff;
        " Go buildinf:"u8.CopyTo(section.AsSpan(1));
        section[14] = 8;
        section[15] = 2;
        section[32] = 8;
        "go1.19.8"u8.CopyTo(section.AsSpan(33));
        Assert.Equal("1.19.8", GoBuildInfo.Version(section));
        Assert.Null(GoBuildInfo.Version(section.AsSpan(0, 38)));
        section[32] = 1; // Shorter than what it begins with.
        Assert.Null(GoBuildInfo.Version(section));
        section[32] = 0;
        Assert.Null(GoBuildInfo.Version(section));
        section[15] = 0; // Go before 1.18: a pointer to the text.
        Assert.Null(GoBuildInfo.Version(section));
        Assert.Null(GoBuildInfo.Version(default));
    }
}
