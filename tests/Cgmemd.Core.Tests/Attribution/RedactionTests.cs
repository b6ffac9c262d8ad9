using Cgmemd.Core.Attribution;

namespace Cgmemd.Core.Tests.Attribution;

public sealed class RedactionTests
{
    private static readonly byte[] Key = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    // The vectors of SipHash's authors: bytes 00, 00 01, … under the key 00 … 0f.
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void TheHashIsSipHash(int length, ulong expected)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = (byte)i;
        Assert.Equal(expected, SipHash.Of(Key, bytes));
    }

    [Theory]
    [InlineData("/srv/clients/*", "/srv/clients/acme", "/srv/clients/redacted-")]
    [InlineData("/srv/clients/*", "/srv/clients/acme/acme.db", "/srv/clients/redacted-")]
    [InlineData("/srv/clients/*", "/srv/clients/acme/acme.db (deleted)", "/srv/clients/redacted-")]
    [InlineData("/srv/clients/", "/srv/clients/acme/acme.db", "/srv/redacted-")]
    [InlineData("/srv/*/db", "/srv/acme/db/1", "/srv/redacted-")]
    [InlineData("/srv/client-*", "/srv/client-acme", "/srv/redacted-")]
    [InlineData("/srv/secret.db", "/srv/secret.db", "/srv/redacted-")]
    [InlineData("/dev/shm/tenant[0-9]", "/dev/shm/tenant7", "/dev/shm/redacted-")]
    [InlineData("/*", "/SYSV00000000 (deleted)", "/redacted-")]
    [InlineData("/*", "/memfd:acme (deleted)", "/redacted-")]
    [InlineData("memfd:tenant-*", "/memfd:tenant-acme (deleted)", "/memfd:redacted-")]
    [InlineData("memfd:*", "/memfd:a/b", "/memfd:redacted-")]
    [InlineData("anon:tenant-*", "[anon:tenant-acme]", "[anon:redacted-")]
    [InlineData("anon:*", "[anon_shmem:acme]", "[anon_shmem:redacted-")]
    public void WhatMatchesIsHiddenWithAllBelow(string pattern, string name, string begin)
    {
        string shown = new Redaction([pattern], Key).Apply(name);
        Assert.StartsWith(begin, shown);
        string word = shown[begin.Length..].Replace(" (deleted)", "").TrimEnd(']');
        Assert.Matches("^[0-9a-f]{12}$", word);
        Assert.DoesNotContain("acme", shown);
        Assert.Equal(name.EndsWith(" (deleted)"), shown.EndsWith(" (deleted)"));
    }

    [Theory]
    [InlineData("/srv/clients/*", "/srv/clients")]
    [InlineData("/srv/clients/*", "/srv/clientsacme/x")]
    [InlineData("/srv/clients/*", "/usr/srv/clients/acme")]
    [InlineData("/srv/*/db", "/srv/acme/log")]
    [InlineData("/srv/*", "[heap]")]
    [InlineData("memfd:*", "/srv/memfd:x")]
    [InlineData("memfd:*", "[anon:x]")]
    [InlineData("anon:*", "[anon:x")]
    [InlineData("anon:x", "[anon:xy]")]
    [InlineData("anon:*", "")]
    public void WhatDoesNotMatchStays(string pattern, string name) =>
        Assert.Same(name, new Redaction([pattern], Key).Apply(name));

    [Fact]
    public void EqualNamesStayEqualAndOthersDiffer()
    {
        var one = new Redaction(["/srv/*"], Key);
        Assert.Equal(one.Apply("/srv/a/x"), new Redaction(["/srv/*", "/home/*"], Key).Apply("/srv/a/x"));
        Assert.Equal(one.Apply("/srv/a/x") + " (deleted)", one.Apply("/srv/a/x (deleted)"));
        Assert.NotEqual(one.Apply("/srv/a/x"), one.Apply("/srv/a/y"));
        Assert.NotEqual(one.Apply("/srv/a/x"), new Redaction(["/srv/*"], new byte[16]).Apply("/srv/a/x"));
    }

    [Fact]
    public void OfSeveralPatternsTheOneThatHidesMostCounts() => Assert.StartsWith(
        "/redacted-", new Redaction(["/srv/clients/*", "/*/clients"], Key).Apply("/srv/clients/acme"));

    [Fact]
    public void EverythingHidesAllNamesButTheKernels()
    {
        var all = new Redaction(Redaction.Everything, Key);
        foreach (string name in (string[])["/usr/lib/libc.so.6", "/memfd:x", "[anon:x]", "/dev/zero (deleted)"])
            Assert.Contains(Redaction.Word, all.Apply(name));
        Assert.Equal("[stack]", all.Apply("[stack]"));
    }

    [Fact]
    public void NoneHidesNothing() => Assert.Equal("/srv/a", Redaction.None.Apply("/srv/a"));
}
