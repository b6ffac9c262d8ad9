using Cgmemd.Core.Rules;
using Cgmemd.Core.Varlink;
using Cgmemd.Linux.Varlink;
using Xunit;

namespace Cgmemd.Control.Tests;

public sealed class RulesCommandTests : IDisposable
{
    private const long Second = 1_000_000;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.toml");

    [Fact]
    public void The_rules_in_force()
    {
        using var run = new ControlRun(_ => VarlinkReply.Of(
            new ListRulesReply([
                new RuleSummary(
                    "near-limit", "threshold", "memory.current > 80% of memory.max", "warning", ["*.service"], 42, 2, 0,
                    DryRun: false, ["capture"]),
                new RuleSummary(
                    "reclaim", "event", "memory.events.high counts 5 or more within 5min", "info", ["api.service"], 1,
                    0, 1, DryRun: true, []),
            ]),
            ReplyJson.Default.ListRulesReply))
        {
            Width = 120,
        };
        Assert.Equal(0, run.Run("rules", "list"));
        Golden.Equal(run.Out, "Rules_in_force");
    }

    [Fact]
    public void Why_rules_fire_or_not()
    {
        ExplainRulesCall? asked = null;
        using var run = new ControlRun(call =>
        {
            if (call.TryGetParameters(VarlinkJson.Default.ExplainRulesCall, out ExplainRulesCall wanted, out _))
                asked = wanted;
            if (call.Method == DaemonInterface.ListRules)
                return VarlinkReply.Of(new ListRulesReply([Budget("tier")]), ReplyJson.Default.ListRulesReply);
            return VarlinkReply.Of(
                new ExplainRulesReply([Explanation("near-limit", "firing"), Explanation("soon", "inactive")]),
                ReplyJson.Default.ExplainRulesReply);
        });
        Assert.Equal(0, run.Run("rules", "explain", "api"));
        Assert.Equal(new ExplainRulesCall("api.service"), asked);
        Golden.Equal(run.Out, "Rules_explained");
    }

    [Fact]
    public void A_budget_with_its_units()
    {
        ExplainRulesCall? asked = null;
        using var run = new ControlRun(call =>
        {
            if (call.Method == DaemonInterface.ListRules)
                return VarlinkReply.Of(new ListRulesReply([Budget("tier")]), ReplyJson.Default.ListRulesReply);
            if (call.TryGetParameters(VarlinkJson.Default.ExplainRulesCall, out ExplainRulesCall wanted, out _))
                asked = wanted;
            return VarlinkReply.Of(
                new ExplainRulesReply([
                    Explanation("tier", "inactive") with
                    {
                        Kind = "budget",
                        Clauses = [new RuleClause("memory.current of its units together > 4G", "unknown", null)],
                        Members =
                        [
                            new BudgetMember("web-1.service", 2UL << 30, null),
                            new BudgetMember("php-fpm.service", 600UL << 20, null),
                            new BudgetMember("web-2.service", null, "it was last read 12s ago"),
                        ],
                        Next = "cannot be judged: what one of its units uses is not known",
                    },
                ]),
                ReplyJson.Default.ExplainRulesReply);
        });
        Assert.Equal(0, run.Run("rules", "explain", "tier"));
        Assert.Equal(new ExplainRulesCall(null, "tier"), asked);
        Golden.Equal(run.Out, "Budget_explained");
    }

    [Fact]
    public void AUnknownRuleIsSaid()
    {
        using var run = new ControlRun(_ => VarlinkReply.OfError(
            DaemonInterface.NoSuchRule, new NoSuchRuleError("neer"), ReplyJson.Default.NoSuchRuleError));
        Assert.Equal(1, run.Run("rules", "explain", "api", "neer"));
        Assert.Contains("neer: no rule of this unit", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheRulesOnDiskAreCheckedAndDoubtsAreNoErrors()
    {
        File.WriteAllText(_file, """
            [watch.w]
            units = ["api*.service"]
            [rule.a]
            units = ["api.service", "apo.service"]
            on = "pss"
            above = "1G"
            actions = ["capture"]
            """);
        using var run = new ControlRun();
        Assert.Equal(0, run.Run("rules", "check", _file));
        Assert.Equal(
            "a: pss > 1G\n  note: apo.service is watched by no [watch.NAME]\n"
            + "  note: its actions are announced only: dry_run = true, which is the default\n", run.Out);
        Assert.Equal("No errors: 1 rule, 2 notes.\n", run.Error);
        File.AppendAllText(_file, "[rule.b]\non = \"pss\"\n");
        Assert.Equal(78, run.Run("rules", "check", _file));
    }

    [Theory]
    [InlineData("api.service", null, "api.service", "*")]
    [InlineData("api*.service", "near*", "api*.service", "near*")]
    [InlineData("near-limit", null, "*", "near-limit")]
    [InlineData("api", "near-limit", "api.service", "near-limit")]
    [InlineData("*", null, "*", "*")]
    [InlineData("/plain-1", null, "/plain-1", "*")]
    public void ASilenceIsOfAUnitOrARule(string target, string? rule, string units, string rules)
    {
        SilenceCall? asked = null;
        using var run = new ControlRun(call =>
        {
            if (call.TryGetParameters(VarlinkJson.Default.SilenceCall, out SilenceCall wanted, out _))
                asked = wanted;
            return VarlinkReply.Of(
                new SilenceReply(new Silence(
                    3, asked!.Units, asked.Rules, CannedDaemon.NowUsec, CannedDaemon.NowUsec + (7200 * Second), "x")),
                ReplyJson.Default.SilenceReply);
        });
        string[] option = rule is null ? [] : ["--rule", rule];
        Assert.Equal(0, run.Run(["silence", target, "--for", "2h", "--reason", "deploy", .. option]));
        Assert.Equal(new SilenceCall(units, rules, 7200 * Second, "deploy"), asked);
        Assert.Contains("until Sat 2026-11-21 12:00:00 UTC", run.Error, StringComparison.Ordinal);
        Assert.Contains("cgmemctl silence --end 3", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silence", "api.service", "--for", "2h")]
    [InlineData("silence", "api.service", "--reason", "x")]
    [InlineData("silence", "api.service", "--for", "2", "--reason", "x")]
    [InlineData("silence", "api.service", "--for", "2y", "--reason", "x")]
    [InlineData("silence", "--for", "2h", "--reason", "x")]
    [InlineData("silence", "api.service", "--for", "2h", "--reason", "a\nb")]
    [InlineData("silence", "--end", "x")]
    public void ASilenceThatCannotBeIsRefusedBeforeTheDaemonIsAsked(params string[] arguments)
    {
        using var run = new ControlRun(_ => throw new InvalidOperationException("asked"));
        Assert.Equal(2, run.Run(arguments));
    }

    /// <summary>Over the recorded leak of the tests' history.</summary>
    [Fact]
    public void Rules_replayed_over_the_history()
    {
        File.WriteAllText(_file, """
            [rule.near]
            units = ["api.service"]
            on = "memory.current"
            above = "80%"
            actions = ["capture"]
            dry_run = false
            [rule.killed]
            units = ["api.service"]
            kind = "event"
            on = "memory.events.oom_kill"
            """);
        using var run = new ControlRun { HasHistory = true, Width = 160 };
        Assert.Equal(0, run.Run("rules", "test", _file, "--since", "-30d"));
        Golden.Equal(run.Out, "Rules_replayed_over_the_history");
    }

    [Fact]
    public void ABudgetIsNotReplayedAndThatIsSaid()
    {
        const string Tier = "[rule.tier]\nkind='budget'\nunits=['*.service']\non='memory.current'\nabove='1M'\n";
        File.WriteAllText(_file, Tier);
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(1, run.Run("rules", "test", _file, "--since", "-30d"));
        Assert.Contains("a budget cannot be replayed", run.Error, StringComparison.Ordinal);
        File.WriteAllText(_file, Tier + "[rule.near]\nunits=['api.service']\non='memory.current'\nabove='99%'");
        using var both = new ControlRun { HasHistory = true };
        Assert.Equal(0, both.Run("rules", "test", _file, "--since", "-30d"));
        Assert.Contains("tier is left out: a budget cannot be replayed", both.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("tier", both.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleThatIsNotThereIsSaid()
    {
        using var run = new ControlRun { HasHistory = true };
        Assert.Equal(1, run.Run("rules", "test", "near"));
        Assert.Contains("no rule on disk has that name", run.Error, StringComparison.Ordinal);
        Assert.Equal(78, run.Run("rules", "test", "/nonexistent.toml"));
    }

    [Fact]
    public void Two_sets_of_rules_differ_by_what_only_one_raises()
    {
        string other = _file + ".2.toml";
        File.WriteAllText(_file, "[rule.near]\nunits=['api.service']\non='memory.current'\nabove='80%'");
        File.WriteAllText(other, "[rule.near]\nunits=['api.service']\non='memory.current'\nabove='99%'");
        using var run = new ControlRun { HasHistory = true, Width = 160 };
        Assert.Equal(0, run.Run("rules", "test", _file, "--since", "-30d", "--against", other));
        File.Delete(other);
        Golden.Equal(run.Out + run.Error, "Rules_of_two_sets");
    }

    public void Dispose() => File.Delete(_file);

    private static RuleSummary Budget(string name) => new(
        name, "budget", "memory.current of its units together > 4G", "warning", ["web-*.service"], 3, 0, 0,
        DryRun: true, []);

    private static RuleExplanation Explanation(string rule, string state) => new()
    {
        Rule = rule,
        Kind = "threshold",
        State = state,
        Severity = "warning",
        Episode = state == "firing" ? 2u : 0u,
        Clauses =
        [
            new RuleClause("memory.current > 80% of memory.max (819.2M)", "850M", state == "firing"),
            new RuleClause("pss > 1G", "not every process was read yet", null),
        ],
        SuppressedBy = state == "firing" ? "silence 1: deploy" : null,
        Next = state == "firing" ? "resolves below 768M" : "fires as soon as it holds",
    };
}
