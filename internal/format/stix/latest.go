package stix

// An outcome says what a further object with a known identifier is.
type outcome uint8

// Outcomes.
const (
	First     outcome = iota // no other bears its identifier
	Newer                    // it takes the place of the one before
	Older                    // the one before stays
	Duplicate                // it says the same
	Conflict                 // the same version says something else: one of the two is wrong
)

// Judge says what o is beside old, of the same identifier: the newest modified
// is the object. Of a conflict, the one whose content is first in order stays,
// so that the order of reading decides nothing; keep is the one that stays.
func Judge(old, o *Object) (keep *Object, is outcome) {
	switch c := o.Modified.Compare(old.Modified); {
	case c > 0:
		return o, Newer
	case c < 0:
		return old, Older
	case same(o, old):
		return old, Duplicate
	case Canonical(o) < Canonical(old):
		return o, Conflict
	}
	return old, Conflict
}
