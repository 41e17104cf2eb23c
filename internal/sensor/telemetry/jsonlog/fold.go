package jsonlog

import "bytes"

// Values that hardly ever change ("proto":"TCP") need not be read as values: an
// edge that holds the value and the text behind it is compared at once. The
// first lines of a scanner are watched for such values; folding changes what is
// fast, never what is accepted, because the edges it adds spell out what the
// tree accepts already.

// tally is what watching learned of an edge.
type tally struct {
	text   []byte
	visits int
	same   int     // visits with the value below
	value  []byte  // the first value met
	choice *choice // of an edge that stands for one
}

const (
	watchLines = 4096 // how many lines are watched
	minVisits  = 64   // of an edge, before it is judged
	maxFold    = 160  // longest text that folding makes
)

// watch notes the values of a line that fits, and folds the tree after enough
// lines.
func (s *scanner) watch(data []byte, at int) {
	for st := &s.root; ; {
		e := st.find(view(data, at), data, at)
		from := at + int(e.size)
		switch e.kind {
		case 0:
			e.visits++
			if s.watched++; s.watched == watchLines {
				s.fold(&s.root)
			}
			return
		case '"':
			at = s.textEnd(data, from)
			if data[at] != '"' {
				at = stringEnd(data, from, at)
			}
		default:
			at = from + bareLen(view(data, from), data, from)
		}
		e.watch(data[from:at])
		st = e.next
	}
}

// watch notes a value of an edge.
func (e *edge) watch(value []byte) {
	if e.visits == 0 && len(value) <= 64 {
		e.value = bytes.Clone(value)
	}
	e.visits++
	if bytes.Equal(value, e.value) {
		e.same++
	}
}

// steady reports whether nearly all values of an edge were the same.
func (e *edge) steady() bool {
	return e.visits >= minVisits && e.same*16 >= e.visits*15 && e.role == 0 && e.kind != 0
}

// fold adds the folded edges of a state and of all behind it, and puts the
// edges that were taken most often first.
func (s *scanner) fold(st *state) {
	for _, e := range st.edges {
		s.fold(e.next)
	}
	var folded []*edge
	for _, e := range st.edges {
		if !e.steady() {
			continue
		}
		visits := e.visits
		for _, behind := range e.next.edges {
			if behind.visits*8 < visits || s.edges >= maxEdges {
				continue
			}
			text := bytes.Join([][]byte{e.text, e.value, behind.text}, nil)
			if len(text) > maxFold {
				continue
			}
			f := newEdge(text, behind.kind, behind.next)
			f.role, f.number = behind.role, behind.number
			f.visits, f.same, f.value = behind.visits, behind.same, behind.value
			folded = append(folded, f)
			e.visits -= f.visits
			s.edges++
		}
	}
	if len(st.edges) == 0 {
		return
	}
	st.edges = append(folded, st.edges...)
	st.arrange()
}
