package columns

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// plain rejects lines that no log writes: bytes that are not text.
func plain(line []byte) error {
	for i, c := range line {
		if c < 0x20 && c != '\t' && c != 0x01 && c != 0x1f { // some logs separate by 0x01 or 0x1f
			return fmt.Errorf("a control character (0x%02x) at byte %d", c, i+1)
		}
	}
	if !utf8.Valid(line) {
		return errors.New("the line is not UTF-8")
	}
	return nil
}

// cut returns the first value of a line, unquoted, and the rest; more says
// whether a separator followed it.
func (s *Schema) cut(line []byte) (value, rest []byte, more bool, err error) {
	if s.opt.Quoted && len(line) > 0 && line[0] == '"' {
		return s.cutQuoted(line)
	}
	if s.opt.Long != "" {
		value, rest, more = bytes.Cut(line, []byte(s.opt.Long))
		return value, rest, more, nil
	}
	value, rest, more = bytes.Cut(line, []byte{s.opt.Separator})
	return value, rest, more, nil
}

func (s *Schema) cutQuoted(line []byte) (value, rest []byte, more bool, err error) {
	doubled := false
	for i := 1; i < len(line); i++ {
		if line[i] != '"' {
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		value = line[1:i]
		if doubled {
			value = bytes.ReplaceAll(value, []byte(`""`), []byte(`"`))
		}
		if i+1 == len(line) {
			return value, nil, false, nil
		}
		if line[i+1] != s.opt.Separator {
			return nil, nil, false, errors.New("something follows the closing quote")
		}
		return value, line[i+2:], true, nil
	}
	return nil, nil, false, errors.New("no closing quote")
}
