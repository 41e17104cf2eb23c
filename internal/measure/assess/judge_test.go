package assess

import (
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// link is a cited, asserted link; change what a case needs.
func link(class evidence.Class, source string, change ...func(*channel.Link)) channel.Link {
	l := channel.Link{Channel: "ledger", Class: class, Status: evidence.Asserted, Source: source, Records: []evidence.ID{evidence.ID(source + string(class))}}
	for _, c := range change {
		c(&l)
	}
	return l
}

func observed(l *channel.Link)    { l.Basis = evidence.Observed }
func agreed(l *channel.Link)      { l.Consent = evidence.ConsentShown }
func refused(l *channel.Link)     { l.Consent = evidence.ConsentRefused }
func isContested(l *channel.Link) { l.Status = evidence.Contested }
func isPublic(l *channel.Link)    { l.Exclusivity = evidence.Public }

func attacks(source string) channel.Link {
	return channel.Link{Channel: "attacks", Class: evidence.AttackOnState, Direction: channel.AToB, State: "RU", Status: evidence.Asserted, Source: source}
}

// overlap is what the joint test says, found on the software both have or, as a
// null result, with the share that would have been found.
func overlap(v stat.Verdict) channel.Together {
	t, share := channel.Together{Result: stat.Result{Verdict: v}}, .4
	switch v {
	case stat.Distinguishable:
		t.Named = []string{"software"}
	case stat.NotDistinguishable:
		t.MDE = &share
	}
	return t
}

// tested gives measurements their channels.
func tested(ms ...channel.Measurement) []channel.Tested {
	var out []channel.Tested
	all := channel.Channels()
	for _, m := range ms {
		n := slices.IndexFunc(all, func(c channel.Channel) bool { return c.Name == m.Channel })
		out = append(out, channel.Tested{Is: &all[n], Measurement: m})
	}
	return out
}

func TestTheLadderFollowsItsRules(t *testing.T) {
	watched := coverage{Records: 20, Sources: 4}
	for _, c := range []struct {
		promise    string
		ledger     []channel.Link
		attacks    []channel.Link
		overlap    stat.Verdict
		level      Level
		sign       Sign
		confidence string
	}{
		{promise: "nothing found, well watched", overlap: stat.NotDistinguishable, level: 0, sign: NoSign, confidence: Moderate},
		{promise: "nothing found where no channel could see", overlap: stat.NotMeasurable, level: 0, sign: NoSign, confidence: Low},
		{promise: "nothing found where no link could have been", overlap: stat.Blind, level: 0, sign: NoSign, confidence: Low},
		{promise: "statistics alone reach L1 with low confidence", overlap: stat.Distinguishable, level: 1, sign: NoSign, confidence: Low},
		{promise: "attacks on the other's state give a pair no sign", attacks: []channel.Link{attacks("x"), attacks("y")}, level: 0, sign: NoSign, confidence: Low},
		{promise: "an attack on the other group is adversarial and raises nothing", ledger: []channel.Link{link(evidence.AttackOnState, "x"), link(evidence.AttackOnState, "y")}, level: 0, sign: Adversarial, confidence: Moderate},
		{promise: "one source's word of an attack on the other group is adversarial, weakly", ledger: []channel.Link{link(evidence.AttackOnGroup, "x")}, level: 0, sign: Adversarial, confidence: Low},
		{promise: "so is an attack on the group by whatever means", ledger: []channel.Link{link(evidence.AttackOnGroup, "x"), link(evidence.SharedTool, "y")}, level: 2, sign: Adversarial, confidence: Moderate},
		{promise: "a joint operation that was seen is L5", ledger: []channel.Link{link(evidence.JointOperation, "x", observed, agreed)}, level: 5, sign: Cooperative, confidence: Low},
		{promise: "a joint operation that was concluded is L3", ledger: []channel.Link{link(evidence.JointOperation, "x", agreed)}, level: 3, sign: Cooperative, confidence: Low},
		{promise: "keeping clear of one another by agreement is L3", ledger: []channel.Link{link(evidence.TargetAvoidance, "x", agreed)}, level: 3, sign: Cooperative, confidence: Low},
		{promise: "keeping clear of a rival that knows nothing of it is incidental", ledger: []channel.Link{link(evidence.TargetAvoidance, "x")}, level: 1, sign: NoSign, confidence: Low},
		{promise: "a public tool is incidental", ledger: []channel.Link{link(evidence.SharedTool, "x", isPublic)}, level: 1, sign: NoSign, confidence: Low},
		{promise: "a non-public tool is shared supply, consent open", ledger: []channel.Link{link(evidence.SharedTool, "x")}, level: 2, sign: Undetermined, confidence: Low},
		{promise: "documented exchange is L3", ledger: []channel.Link{link(evidence.InformationExchange, "x", agreed)}, level: 3, sign: Cooperative, confidence: Low},
		{promise: "one source for an order in time is incidental", ledger: []channel.Link{link(evidence.TemporalOrder, "x", observed)}, level: 1, sign: NoSign, confidence: Low},
		{promise: "two sources for an observed order in time are L4", ledger: []channel.Link{link(evidence.TemporalOrder, "x", observed), link(evidence.TemporalOrder, "y", observed)}, level: 4, sign: Undetermined, confidence: Moderate},
		{promise: "an order in time nobody observed is incidental", ledger: []channel.Link{link(evidence.TemporalOrder, "x"), link(evidence.TemporalOrder, "y")}, level: 1, sign: NoSign, confidence: Moderate},
		{promise: "an observed, agreed hand-over is L5; one source keeps confidence low", ledger: []channel.Link{link(evidence.AccessHandover, "x", observed, agreed)}, level: 5, sign: Cooperative, confidence: Low},
		{promise: "a hand-over that was only concluded is no more than an exchange", ledger: []channel.Link{link(evidence.AccessHandover, "x", agreed)}, level: 3, sign: Cooperative, confidence: Low},
		{promise: "a hand-over without consent is taking", ledger: []channel.Link{link(evidence.AccessHandover, "x", observed, refused)}, level: 0, sign: Unilateral, confidence: Low},
		{promise: "takeover never counts as cooperation, whatever the overlap", ledger: []channel.Link{link(evidence.Takeover, "x"), link(evidence.SharedTool, "x"), link(evidence.SharedInfrastructure, "y")}, overlap: stat.Distinguishable, level: 0, sign: Unilateral, confidence: Low},
		{promise: "a false flag is unilateral at L0", ledger: []channel.Link{link(evidence.FalseFlag, "x"), link(evidence.CodeSimilarity, "x")}, level: 0, sign: Unilateral, confidence: Low},
		{promise: "a contested claim raises nothing", ledger: []channel.Link{link(evidence.AccessHandover, "x", observed, agreed, isContested)}, level: 0, sign: NoSign, confidence: Low},
		{promise: "officials' word raises nothing", ledger: []channel.Link{link(evidence.Statement, "x"), link(evidence.Statement, "y")}, level: 0, sign: NoSign, confidence: Low},
		{promise: "a co-compromise without consent is the same victim, no more", ledger: []channel.Link{link(evidence.CoCompromise, "x", observed)}, level: 1, sign: NoSign, confidence: Low},
		{promise: "a co-compromise with consent that nobody observed is the same victim, no more", ledger: []channel.Link{link(evidence.CoCompromise, "x", agreed)}, level: 1, sign: NoSign, confidence: Low},
		{promise: "an observed co-compromise with consent is L5", ledger: []channel.Link{link(evidence.CoCompromise, "x", observed, agreed)}, level: 5, sign: Cooperative, confidence: Low},
		{promise: "a hand-over of a public tool is incidental", ledger: []channel.Link{link(evidence.AccessHandover, "x", observed, isPublic)}, level: 1, sign: NoSign, confidence: Low},
		{promise: "public infrastructure is incidental", ledger: []channel.Link{link(evidence.SharedInfrastructure, "x", isPublic)}, level: 1, sign: NoSign, confidence: Low},
		{promise: "code that is in one hand is shared supply", ledger: []channel.Link{link(evidence.CodeSimilarity, "x", func(l *channel.Link) { l.Exclusivity = evidence.Exclusive })}, level: 2, sign: Undetermined, confidence: Low},
		{promise: "code that is in several hands is shared supply", ledger: []channel.Link{link(evidence.CodeSimilarity, "x", func(l *channel.Link) { l.Exclusivity = evidence.Shared })}, level: 2, sign: Undetermined, confidence: Low},
		{promise: "code that is public is incidental", ledger: []channel.Link{link(evidence.CodeSimilarity, "x", isPublic)}, level: 1, sign: NoSign, confidence: Low},
		{promise: "an order in time that one of two observed is incidental", ledger: []channel.Link{link(evidence.TemporalOrder, "x", observed), link(evidence.TemporalOrder, "y")}, level: 1, sign: NoSign, confidence: Moderate},
		{promise: "two sources keep confidence moderate, and three", ledger: []channel.Link{link(evidence.SharedTool, "x"), link(evidence.SharedTool, "y"), link(evidence.SharedTool, "z")}, level: 2, sign: Undetermined, confidence: Moderate},
		{promise: "a source that tells several things is one source", ledger: []channel.Link{link(evidence.SharedTool, "x"), link(evidence.SharedTool, "y"), link(evidence.SharedInfrastructure, "x"), link(evidence.SharedInfrastructure, "y"), link(evidence.SharedInfrastructure, "z")}, level: 2, sign: Undetermined, confidence: Moderate},
		{promise: "nothing found beside a contested link", overlap: stat.NotDistinguishable, ledger: []channel.Link{link(evidence.SharedTool, "x", isContested)}, level: 0, sign: NoSign, confidence: Low},
		{promise: "nothing found beside a contested statement", overlap: stat.NotDistinguishable, ledger: []channel.Link{link(evidence.Statement, "x", isContested)}, level: 0, sign: NoSign, confidence: Low},
		{promise: "a contested hand-over keeps what else is found at low", ledger: []channel.Link{link(evidence.SharedTool, "x"), link(evidence.SharedTool, "y"), link(evidence.AccessHandover, "z", isContested)}, level: 2, sign: Undetermined, confidence: Low},
		{promise: "a contested statement leaves alone what two sources tell", ledger: []channel.Link{link(evidence.SharedTool, "x"), link(evidence.SharedTool, "y"), link(evidence.Statement, "z", isContested)}, level: 2, sign: Undetermined, confidence: Moderate},
		{promise: "four sources make it high", ledger: []channel.Link{link(evidence.SharedTool, "w"), link(evidence.SharedTool, "x"), link(evidence.SharedTool, "y"), link(evidence.SharedTool, "z")}, level: 2, sign: Undetermined, confidence: High},
		{promise: "two takeovers by two sources are well founded", ledger: []channel.Link{link(evidence.Takeover, "x"), link(evidence.Takeover, "y")}, level: 0, sign: Unilateral, confidence: Moderate},
		{promise: "cooperation at L5 outweighs attacks in the sign", ledger: []channel.Link{link(evidence.AccessHandover, "x", observed, agreed)}, attacks: []channel.Link{attacks("z")}, level: 5, sign: Cooperative, confidence: Low},
	} {
		t.Run(c.promise, func(t *testing.T) {
			v := judge(findings{lookedA: watched, lookedB: watched, ledger: c.ledger, attacks: c.attacks, together: overlap(c.overlap)})
			if v.level != c.level || v.sign != c.sign || v.confidence != c.confidence {
				t.Errorf("%v %s %s, want %v %s %s", v.level, v.sign, v.confidence, c.level, c.sign, c.confidence)
			}
		})
	}
}

func TestNothingToLookAtIsNotNothingFound(t *testing.T) {
	v := judge(findings{lookedA: coverage{Records: 9, Sources: 3}})
	if v.level != NotAssessable {
		t.Errorf("a pair of which one group left no trace came out as %v", v.level)
	}
	if missing(v.level) == "" || missing(JointOperation) != "" {
		t.Error("the next rung's needs are wrong")
	}
}

func TestContestedIdentityCapsConfidence(t *testing.T) {
	w := coverage{Records: 9, Sources: 3}
	f := findings{lookedA: w, lookedB: w, attacks: []channel.Link{attacks("x"), attacks("y")}, together: overlap(stat.NotDistinguishable)}
	if v := judge(f); v.confidence != Moderate {
		t.Fatalf("confidence %s before", v.confidence)
	}
	f.contestedIdentity = []string{"the attribution of X to Y is contested"}
	if v := judge(f); v.confidence != Low {
		t.Errorf("confidence %s with a contested attribution", v.confidence)
	}
	f.contestedIdentity, f.possibly = nil, &resolve.Possibility{Why: "a catalogue takes the two for one"}
	if v := judge(f); v.confidence != Low {
		t.Errorf("confidence %s though the two may be one", v.confidence)
	}
}

func TestLevelJSONKeepsNotAssessableApart(t *testing.T) {
	for _, l := range []Level{NotAssessable, 0, 3, 5} {
		b, err := l.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back Level
		if err := back.UnmarshalJSON(b); err != nil || back != l {
			t.Errorf("%v became %s became %v (%v)", l, b, back, err)
		}
	}
	var l Level
	if l.UnmarshalJSON([]byte("6")) == nil || l.UnmarshalJSON([]byte(`"L1"`)) == nil {
		t.Error("a level off the ladder was accepted")
	}
}

// "None found" needs two sources that watched either of them.
func TestNoneFoundNeedsTwoSourcesOfEither(t *testing.T) {
	for _, c := range []struct {
		a, b int
		want string
	}{{1, 3, Low}, {3, 1, Low}, {2, 2, Moderate}, {2, 9, Moderate}} {
		f := findings{lookedA: coverage{Records: 9, Sources: c.a}, lookedB: coverage{Records: 9, Sources: c.b}, together: overlap(stat.NotDistinguishable)}
		if v := judge(f); v.level != NoneFound || v.confidence != c.want {
			t.Errorf("%d and %d sources: %v, %s, want %s", c.a, c.b, v.level, v.confidence, c.want)
		}
	}
}

// "None found" needs a test that would have seen half of what they have.
func TestATestThatSeesOnlyWholeTakeoversGivesNoConfidence(t *testing.T) {
	w := coverage{Records: 9, Sources: 3}
	together, share := overlap(stat.NotDistinguishable), .55
	together.MDE = &share
	if v := judge(findings{lookedA: w, lookedB: w, together: together}); v.confidence != Low {
		t.Errorf("confidence %s where a link of .55 could go unseen", v.confidence)
	}
}

func TestTheSameTheatreRaisesNothing(t *testing.T) {
	w := coverage{Records: 9, Sources: 3}
	together := overlap(stat.Distinguishable)
	together.Named, together.SameTheatre = []string{"target country"}, true
	if v := judge(findings{lookedA: w, lookedB: w, together: together}); v.level != NoneFound || len(v.explained) != 1 {
		t.Errorf("%v, %v", v.level, v.explained)
	}
}
