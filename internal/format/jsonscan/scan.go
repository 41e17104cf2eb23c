package jsonscan

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// Limits bound what is accepted of an input. Zero takes the defaults.
type Limits struct {
	MaxObject int64 // bytes of one element; 0 is DefaultMaxObject
	MaxDepth  int   // nesting; 0 is DefaultMaxDepth
}

// Limits where they are left zero.
const (
	DefaultMaxObject = 64 << 20
	DefaultMaxDepth  = 256
)

// An Element is one value of the list that an [Scanner] walks.
type Element struct {
	// Raw is the element's JSON as it stands in the input. It is valid until
	// the next call of Scan; clone it to keep it. Brackets and strings are
	// closed, but nothing more is known of its validity: that shows when it
	// is decoded. Nil where Err is set.
	Raw []byte
	// Line is the 1-based line on which the element begins.
	Line int
	// List names the member whose list holds the element ("objects"); it is
	// empty for a bare array and for objects that follow one another.
	List string
	// Index is the element's 0-based place in its list, or in the sequence of
	// top-level values.
	Index int
	// Err says that the element breaks a limit of Limits. It was passed over
	// and scanning goes on: a bad record is data.
	Err error
}

// Path is the JSON pointer (RFC 6901) of the element: "/objects/17".
func (e Element) Path() string {
	if e.List == "" {
		return "/" + strconv.Itoa(e.Index)
	}
	return "/" + e.List + "/" + strconv.Itoa(e.Index)
}

// An Scanner walks the elements of a large JSON input without holding
// more than one of them. It accepts
//
//   - an object with a list among its members ({"type":"bundle","objects":[...]}),
//   - a bare array,
//   - any number of these, or of single objects, one after another (newline-delimited JSON).
//
// An object is a wrapper if one of its members bears a name given to
// [New] and holds an array; otherwise it is itself an element.
// Memory is bounded by Limits.MaxObject. A byte order mark is passed over.
type Scanner struct {
	window
	lists    []string
	list     string // the one being walked
	maxDepth int

	state   state
	elem    Element
	count   int // elements of the current list
	top     int // top-level values seen
	members map[string]json.RawMessage
	held    int // bytes held in members
	err     error
}

type state uint8

const (
	between   state = iota // before a top-level value
	inList                 // before an element of a wrapper's list
	inArray                // before an element of a bare array
	inWrapper              // after a wrapper's list, before the next member
	done
)

// MaxNesting is as deep as encoding/json goes.
const MaxNesting = 10000

// New walks r. lists are the names under which a wrapper may hold
// its elements ("objects" for STIX, "response" or "values" for MISP).
func New(r io.Reader, opt Limits, lists ...string) *Scanner {
	maxObject, maxDepth := opt.MaxObject, opt.MaxDepth
	if maxObject <= 0 {
		maxObject = DefaultMaxObject
	}
	if maxDepth <= 0 {
		maxDepth = DefaultMaxDepth
	}
	return &Scanner{window: newWindow(r, maxObject), lists: lists, maxDepth: maxDepth}
}

// Scan advances to the next element. It is false at the end of the input and
// on an error, which Err then tells.
func (s *Scanner) Scan() bool {
	s.elem = Element{}
	for s.err == nil && s.state != done {
		found, err := s.step()
		if err != nil {
			s.err = err
			return false
		}
		if found {
			return true
		}
	}
	return false
}

// Element is the element that the last successful Scan found.
func (s *Scanner) Element() Element { return s.elem }

// Err is the error that ended scanning: a read error, or a malformed or
// truncated input, with the line. It is nil at a proper end.
func (s *Scanner) Err() error { return s.err }

// Members are the members of the current wrapper seen so far, without the lists
// that are scanned: the ones that precede the list while its elements are
// scanned, all of them after the last. The caller must not change it.
func (s *Scanner) Members() map[string]json.RawMessage { return s.members }

// Text is a member of [Scanner.Members] that holds a string; "" otherwise.
func (s *Scanner) Text(member string) string {
	var t string
	if json.Unmarshal(s.members[member], &t) != nil {
		return ""
	}
	return t
}

// step does one move of the state machine and says whether it found an element.
func (s *Scanner) step() (bool, error) {
	switch s.state {
	case between:
		return s.topLevel()
	case inList, inArray:
		return s.listElement()
	default:
		return false, s.afterList()
	}
}

func (s *Scanner) topLevel() (bool, error) {
	if s.offset() == 0 {
		s.byteOrderMark()
	}
	c, ok := s.token()
	switch {
	case !ok && s.readErr != io.EOF:
		return false, s.broken("")
	case !ok:
		s.state = done
		return false, nil
	case c == '[':
		s.pos++
		s.members, s.held, s.count, s.state = nil, 0, 0, inArray
		s.top++
		return false, s.firstElement(']')
	case c == '{':
		return s.topObject()
	}
	return false, s.errorf("expected { or [, found %s", s.found())
}

// firstElement leaves the list at once where it is empty.
func (s *Scanner) firstElement(end byte) error {
	c, ok := s.token()
	if !ok {
		return s.truncated("a list", 0)
	}
	if c == end {
		s.pos++
		s.leaveList()
	}
	return nil
}

func (s *Scanner) leaveList() {
	if s.state == inList {
		s.state = inWrapper
	} else {
		s.state = between
	}
}

func (s *Scanner) listElement() (bool, error) {
	if s.count > 0 {
		c, ok := s.token()
		switch {
		case !ok:
			return false, s.truncated("a list", 0)
		case c == ']':
			s.pos++
			s.leaveList()
			return false, nil
		case c != ',':
			return false, s.errorf("expected , or ] after an element, found %s", s.found())
		}
		s.pos++
	}
	if c, ok := s.token(); ok && (c == ']' || c == ',') {
		return false, s.errorf("expected an element, found %s", s.found())
	}
	line := s.lineHere()
	s.hold()
	if err := s.skipValue(line); err != nil {
		return false, err
	}
	s.yield(line, s.count)
	if s.state == inList {
		s.elem.List = s.list
	}
	s.count++
	return true, nil
}

// yield makes the held bytes the current element.
func (s *Scanner) yield(line, index int) {
	raw := s.release()
	s.elem = Element{Raw: raw, Line: line, Index: index, Err: s.limitErr(raw)}
	if s.elem.Err != nil {
		s.elem.Raw = nil
	}
}

func (s *Scanner) limitErr(raw []byte) error {
	switch {
	case s.overflow || int64(len(raw)) > s.max:
		return fmt.Errorf("larger than the limit of %d bytes for one object", s.max)
	case s.deepest > s.maxDepth:
		return fmt.Errorf("nested deeper than the limit of %d levels", s.maxDepth)
	}
	return nil
}
