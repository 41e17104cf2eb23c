package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// explain puts a verdict into a sentence or three.
func explain(v verdict, f findings) string {
	var s []string
	say := func(format string, args ...any) { s = append(s, fmt.Sprintf(format, args...)) }
	switch {
	case v.level == NotAssessable:
		who := f.a.Name
		if f.lookedA.Records > 0 {
			who = f.b.Name
		} else if f.lookedB.Records == 0 {
			who = "either group"
		}
		return fmt.Sprintf("The evidence holds no record of what %s did in the period, so nothing could have been found.", who)
	case v.level == NoneFound:
		say("No cited link between the two in %s and %s", count(f.lookedA), count(f.lookedB))
		s[0] += ", " + measured(f) + "."
	case v.level == IncidentalOverlap && len(carriers(v)) == 0:
		on := "over all channels together, on none by itself"
		if named := f.together.Named; len(named) > 0 {
			on = "on " + enumerate(named)
		}
		say("Beyond chance %s; statistics alone are compatible with incidental overlap and show no more.", on)
	default:
		say("%s by %s.", capital(classes(v.carrying, v.level)), enumerate(sources(carriers(v))))
	}
	switch v.sign {
	case Unilateral:
		say("One acted upon the other without its consent (%s), which is not cooperation.", classes(only(v.carrying, unilateral), NoneFound))
	case Adversarial:
		s = append(s, strikesText(v.carrying, f)...)
	case Undetermined:
		say("Whether both consented is not shown.")
	}
	for _, e := range v.explained {
		say("%s.", capital(e))
	}
	if n := len(only(f.ledger, disputed)); n > 0 {
		say("Whether the other agreed is told both ways (%s), so that nothing rests on it.", plural(n, "link", "links"))
	}
	if n := len(only(f.ledger, func(l channel.Link) bool { return !asserted(l) && !disputed(l) })); n > 0 {
		say("%s beside it and moves nothing.", plural(n, "contested or denied claim stands", "contested or denied claims stand"))
	}
	return strings.Join(s, " ")
}

// carriers are the links that raise the level, without those that only give the
// sign.
func carriers(v verdict) []channel.Link {
	return only(v.carrying, func(l channel.Link) bool { return rung(l) >= v.level })
}

func strikesText(links []channel.Link, f findings) []string {
	var out []string
	for _, d := range []struct {
		direction string
		attacker  Actor
		victim    Actor
	}{{channel.AToB, f.a, f.b}, {channel.BToA, f.b, f.a}} {
		n := 0
		for _, l := range links {
			if strikes(l) && l.Direction == d.direction {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%s worked against %s in %s.", d.attacker.Name, d.victim.Name, plural(n, "cited case", "cited cases")))
		}
	}
	return out
}

func count(c coverage) string {
	return fmt.Sprintf("%s from %s", plural(c.Records, "record", "records"), plural(c.Sources, "source", "sources"))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// measured says what the tests could see and did not.
func measured(f findings) string {
	switch n := len(nulls(f.tests)); {
	case f.together.SameTheatre:
		return "and tools and techniques show nothing beyond chance"
	case f.together.Verdict == stat.Blind:
		return "and no test could have found a link"
	case f.together.P == nil:
		return "and no statistical channel could be measured"
	case n == 0:
		return "and nothing beyond chance over all channels together; no single one could have shown a link"
	default:
		return fmt.Sprintf("and nothing beyond chance on the %s that could have shown a link", plural(n, "channel", "channels"))
	}
}

func classes(links []channel.Link, atLeast Level) string {
	var names []string
	for _, l := range links {
		if rung(l) >= atLeast {
			names = append(names, strings.ReplaceAll(string(l.Class), "-", " "))
		}
	}
	slices.Sort(names)
	return enumerate(slices.Compact(names))
}

func enumerate(s []string) string {
	switch len(s) {
	case 0:
		return ""
	case 1:
		return s[0]
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
