package server

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/files"
)

// maxSent is the most files of one draft, and maxFileName the longest name of one in
// bytes.
const (
	maxSent     = 64
	maxFileName = 255
)

// filesField is the field of the form that holds files.
const filesField = "files"

// isUpload reports a request that brings files, whose size and time have bounds of
// their own.
func isUpload(r *http.Request) bool {
	return r.Method == http.MethodPost && (r.URL.Path == "/drafts" || r.URL.Path == "/api/v1/drafts")
}

// upload takes the files of a form into a draft and begins to examine them, or
// answers why not.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) *draft {
	p := PrincipalOf(r.Context())
	if !p.Role.includes(Editor) {
		refuse(w, r, http.StatusForbidden, "adding evidence needs the role editor")
		return nil
	}
	leave, ok := s.uploads.take(s.asker(p, r))
	if !ok {
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusServiceUnavailable, "files are being taken in already: try again when they are")
		return nil
	}
	defer leave()
	d, err := s.drafts.begin(p, s.asker(p, r))
	if err != nil {
		refuse(w, r, http.StatusTooManyRequests, err.Error())
		return nil
	}
	c := http.NewResponseController(w)
	until := time.Now().Add(s.config.Limits.UploadTime)
	if err = errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until.Add(s.config.Limits.AnswerTime))); err == nil {
		err = s.receive(r, d)
	}
	if err == nil {
		err = s.examineDraft(d)
	}
	if err == nil {
		return d
	}
	s.drafts.refuse(d)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, r, http.StatusRequestEntityTooLarge, fmt.Sprintf("the files are larger than %d MiB together: send fewer, or read them with cahoots ingest", s.config.Limits.UploadBytes>>20))
	case errors.Is(err, errFull):
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusTooManyRequests, err.Error())
	default:
		s.fail(w, r, err)
	}
	return nil
}

// receive streams the files of a form to disk.
func (s *Server) receive(r *http.Request, d *draft) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return errAsk{errors.New("send the files as multipart/form-data, in a field named " + filesField)}
	}
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			if len(d.files) == 0 {
				return errAsk{errors.New("no file was sent: choose at least one")}
			}
			return nil
		case err != nil:
			return received(err)
		case part.FormName() != filesField:
			return errAsk{fmt.Errorf("the form holds a field that is not known here; files go into %s", filesField)}
		case part.FileName() == "": // a form in which nothing was chosen
			continue
		case len(d.files) == maxSent:
			return errAsk{fmt.Errorf("more than %d files were sent: pack them into fewer, or read them with cahoots ingest", maxSent)}
		}
		if err := d.keep(part); err != nil {
			return received(err)
		}
	}
}

// received says of an error in what was sent that it is the sender's.
func received(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) || !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, multipart.ErrMessageTooLarge) {
		return err
	}
	return errAsk{errors.New("the files broke off: send them again")}
}

func (d *draft) keep(part *multipart.Part) error {
	name := fileName(part.FileName())
	f, err := files.NewScratch()
	if err != nil {
		return fmt.Errorf("making room for what was sent: %w", err)
	}
	n, err := io.Copy(f.File, part)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files = append(d.files, f)
	d.told.Files = append(d.told.Files, Sent{name, n})
	return nil
}

// fileName is what a file is called here: the last part of what the sender calls it,
// without what does not print. No path is made of it.
func fileName(sent string) string {
	name := path.Base(strings.ReplaceAll(sent, "\\", "/"))
	name = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '_'
		}
		return c
	}, strings.ToValidUTF8(name, "_"))
	for len(name) > maxFileName {
		name = name[1:]
	}
	if name = strings.ToValidUTF8(name, ""); name == "." || name == "/" || name == "" {
		return "unnamed"
	}
	return name
}
