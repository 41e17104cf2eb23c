package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// topObject reads members until one of them is a list to scan, or to the end:
// then the object itself is the element. Until that is known its bytes are kept.
func (s *Scanner) topObject() (bool, error) {
	s.members, s.held, s.count = nil, 0, 0
	line := s.lineHere()
	s.hold()
	s.pos++
	var seen []span
	c, ok := s.token()
	for ; ok && c != '}'; c, ok = s.token() {
		key, value, list, err := s.member(len(seen) > 0)
		if err != nil {
			return false, err
		}
		if list {
			return false, s.becomeWrapper(seen, key)
		}
		seen = append(seen, value)
	}
	if !ok {
		return false, s.truncated("an object", line)
	}
	s.pos++
	s.deepest++ // the object itself
	s.yield(line, s.top)
	s.top++
	return true, nil
}

// span is a member within the held bytes.
type span struct{ key, from, to int }

// becomeWrapper keeps the members that stood before the list and enters it.
func (s *Scanner) becomeWrapper(seen []span, list string) error {
	if s.overflow {
		return s.errorf("the members before %q take more than %d bytes", list, s.max)
	}
	held := s.buf[s.mark:s.pos]
	for _, m := range seen {
		key, err := unquote(held[m.key:])
		if err != nil {
			return s.errorf("%v", err)
		}
		if err := s.keep(key, held[m.from:m.to]); err != nil {
			return err
		}
	}
	s.release()
	s.top++
	s.state, s.list = inList, list
	s.pos++ // the bracket
	return s.firstElement(']')
}

func (s *Scanner) keep(key string, raw []byte) error {
	if s.held += len(key) + len(raw); int64(s.held) > s.max {
		return s.errorf("the members beside the list take more than %d bytes", s.max)
	}
	if err := Check(raw, MaxNesting); err != nil {
		return s.errorf("the value of %q is %v of it", key, err)
	}
	if s.members == nil {
		s.members = map[string]json.RawMessage{}
	}
	s.members[key] = bytes.Clone(raw)
	return nil
}

// member reads `"key": value` at pos, after a comma where comma is set. If the
// value is a list to scan it stops before the bracket.
func (s *Scanner) member(comma bool) (key string, m span, list bool, err error) {
	if comma {
		if err := s.expect(','); err != nil {
			return "", m, false, err
		}
	}
	if c, ok := s.token(); !ok {
		return "", m, false, s.truncated("an object", 0)
	} else if c != '"' {
		return "", m, false, s.errorf("expected a member name, found %s", s.found())
	}
	line := s.lineHere()
	m.key = s.pos - s.mark
	if err := s.skipValue(line); err != nil {
		return "", m, false, err
	}
	if s.mark >= 0 {
		if key, err = unquote(s.buf[s.mark+m.key : s.pos]); err != nil {
			return "", m, false, s.errorf("%v", err)
		}
	}
	if err := s.expect(':'); err != nil {
		return "", m, false, err
	}
	c, ok := s.token()
	if !ok {
		return "", m, false, s.truncated("an object", line)
	}
	if c == '[' && slices.Contains(s.lists, key) {
		return key, m, true, nil
	}
	m.from = s.pos - s.mark
	err = s.skipValue(s.lineHere())
	m.to = s.pos - s.mark
	return key, m, false, err
}

// afterList reads the members that follow a wrapper's list.
func (s *Scanner) afterList() error {
	c, ok := s.token()
	if !ok {
		return s.truncated("the object that holds the list", 0)
	}
	if c == '}' {
		s.pos++
		s.state = between
		return nil
	}
	s.hold()
	key, m, list, err := s.member(true)
	if err != nil {
		return err
	}
	if s.overflow {
		return s.errorf("a member beside the list takes more than %d bytes", s.max)
	}
	if list {
		s.release()
		s.pos++
		s.list, s.count, s.state = key, 0, inList
		return s.firstElement(']')
	}
	raw := s.release()
	return s.keep(key, raw[m.from:m.to])
}

func (s *Scanner) expect(want byte) error {
	if c, ok := s.token(); !ok {
		return s.truncated("an object", 0)
	} else if c != want {
		return s.errorf("expected %q, found %s", string(want), s.found())
	}
	s.pos++
	return nil
}

func unquote(b []byte) (string, error) {
	end := bytes.IndexByte(b[1:], '"') + 1
	if end > 0 && bytes.IndexByte(b[:end], '\\') < 0 && plain(b[1:end]) {
		return string(b[1:end]), nil
	}
	var s string
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&s); err != nil {
		return "", errors.New("a member name is not a valid JSON string")
	}
	return s, nil
}

// plain reports that a string needs no look at its escapes or encoding.
func plain(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c >= 0x80 {
			return false
		}
	}
	return true
}
