package server

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

// A limitedListener bounds the connections. Where all are taken, the one that
// waits longest without being answered makes room, of the address that has the
// most; only where every one is being answered is a new one refused.
type limitedListener struct {
	net.Listener
	most int
	mu   sync.Mutex
	open map[*limitedConn]bool
}

func limited(l net.Listener, most int) *limitedListener {
	return &limitedListener{Listener: l, most: most, open: map[*limitedConn]bool{}}
}

func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		lc := &limitedConn{Conn: c, from: l, since: time.Now()}
		if lc.host, _, err = net.SplitHostPort(c.RemoteAddr().String()); err != nil {
			lc.host = c.RemoteAddr().String()
		}
		if l.admit(lc) {
			return lc, nil
		}
		c.Close() // refused at once, so that those within are not kept waiting
	}
}

func (l *limitedListener) admit(c *limitedConn) bool {
	l.mu.Lock()
	if len(l.open) < l.most {
		l.open[c] = true
		l.mu.Unlock()
		return true
	}
	victim := l.idlest()
	if victim != nil {
		delete(l.open, victim)
		l.open[c] = true
	}
	l.mu.Unlock()
	if victim == nil {
		return false
	}
	victim.Conn.Close()
	return true
}

// idlest is the connection that makes room for another, or nil.
func (l *limitedListener) idlest() (victim *limitedConn) {
	of := map[string]int{}
	for c := range l.open {
		of[c.host]++
	}
	for c := range l.open {
		switch {
		case c.answering > 0:
		case victim == nil || of[c.host] > of[victim.host] || of[c.host] == of[victim.host] && c.since.Before(victim.since):
			victim = c
		}
	}
	return victim
}

type limitedConn struct {
	net.Conn
	from      *limitedListener
	host      string
	answering int       // requests; with from.mu
	since     time.Time // it was opened, or last answered
}

func (c *limitedConn) Close() error {
	c.from.mu.Lock()
	delete(c.from.open, c)
	c.from.mu.Unlock()
	return c.Conn.Close()
}

func (c *limitedConn) answer(n int) {
	c.from.mu.Lock()
	defer c.from.mu.Unlock()
	c.answering += n
	c.since = time.Now()
}

type connKey struct{}

// connContext lets a request know its connection.
func connContext(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	return context.WithValue(ctx, connKey{}, c)
}

// busy marks the connection of a request as being answered.
func busy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connKey{}).(*limitedConn); ok {
			c.answer(1)
			defer c.answer(-1)
		}
		next.ServeHTTP(w, r)
	})
}
