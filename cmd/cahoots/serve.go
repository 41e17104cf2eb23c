package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

const defaultAddress = "127.0.0.1:8080"

type serveOptions struct {
	address, tokens, ceiling string
	cert, key, clients       string
	access                   string
	proxy                    bool
}

func (a *app) serveCommand() *cobra.Command {
	var opt serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the pages and the API over the store",
		Long: `Serves the same documents as the command line, as pages and as JSON under
/api/v1/ (docs/api/openapi.json), from the store; where there is none, an empty one
is made. Files dropped on the first page are shown, with what they would change,
before they are added.

It listens on this machine only. Any other address needs tokens, and TLS: a
certificate of its own, or --behind-proxy, with tokens too, where a proxy in front
provides it. Nothing marked above a token's ceiling reaches any answer. The token
file is read again when it changes.`,
		Example: `  cahoots serve
  cahoots serve token --tokens tokens.json --name desk --role reader --ceiling GREEN
  cahoots serve --addr 0.0.0.0:8443 --tokens tokens.json --tls-cert cert.pem --tls-key key.pem
  cahoots serve --addr 0.0.0.0:8443 --tokens tokens.json --tls-cert cert.pem --tls-key key.pem --tls-client-ca staff.pem`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), opt) },
	}
	f := cmd.Flags()
	f.StringVar(&opt.address, "addr", defaultAddress, "`HOST:PORT` to listen at; port 0 takes a free one")
	f.StringVar(&opt.ceiling, "ceiling", string(evidence.Red), "without tokens, the strictest `MARKING` shown")
	f.StringVar(&opt.cert, "tls-cert", "", "certificate `FILE` (PEM)")
	f.StringVar(&opt.key, "tls-key", "", "key `FILE` (PEM)")
	f.StringVar(&opt.clients, "tls-client-ca", "", "let in only who shows a certificate of an authority in `FILE` (PEM) as well as a token")
	f.BoolVar(&opt.proxy, "behind-proxy", false, "a proxy in front speaks TLS: listen without")
	cmd.PersistentFlags().StringVar(&opt.tokens, "tokens", "", "token `FILE`, made with serve token")
	f.StringVar(&opt.access, "access-log", "", "add a line of JSON for every request to `FILE`, or - for standard output")
	cmd.AddCommand(a.serveTokenCommand(&opt), a.serveWithdrawCommand(&opt))
	return cmd
}

func (a *app) serve(ctx context.Context, opt serveOptions) error {
	a.boundMemory(ctx)
	config := server.Config{Tool: a.tool(), Log: func(format string, args ...any) { a.remark("%s", strings.TrimSpace(fmt.Sprintf(format, args...))) }}
	var err error
	if config.Ceiling, err = evidence.ParseTLP(opt.ceiling); err != nil {
		return usageError{err}
	}
	if opt.tokens != "" {
		tokens, err := server.ReadTokens(opt.tokens)
		if err != nil {
			return err
		}
		if len(tokens) == 0 {
			return fmt.Errorf("token file %s holds no token: make one with cahoots serve token", opt.tokens)
		}
		config.TokenFile = opt.tokens
	}
	if (opt.cert == "") != (opt.key == "") || opt.clients != "" && opt.cert == "" {
		return usagef("--tls-cert and --tls-key go together, and --tls-client-ca with them")
	}
	if config.Loopback, err = server.Address(opt.address, opt.tokens != "", opt.cert != "", opt.proxy); err != nil {
		return usageError{err}
	}
	config.Proxied = opt.proxy
	if config.Access, err = a.accessLog(opt.access); err != nil {
		return err
	}
	secure, err := opt.secure()
	if err != nil {
		return err
	}
	scheme := "http"
	if secure != nil {
		scheme = "https"
	}
	missing := a.noFile()
	if config.Store, err = a.openStore(ctx, !missing); err != nil {
		return err
	}
	defer config.Store.Close()
	if missing {
		a.remark("%s is new and holds nothing: drop files on the first page", config.Store.Path())
	}
	s, err := server.New(config)
	if err != nil {
		return err
	}
	defer s.Close()
	mountTAXII(s, config.Store, config.Tool)
	l, err := net.Listen("tcp", opt.address)
	if err != nil {
		return fmt.Errorf("listening at %s: %w", opt.address, err)
	}
	a.remark("serving %s at %s://%s/; interrupt to end", config.Store.Path(), scheme, l.Addr())
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go endWith(ctx, config.Store, stop)
	if err := s.Serve(ctx, l, secure); err != nil {
		return err
	}
	if err := context.Cause(ctx); errors.Is(err, store.ErrReplaced) {
		return err
	}
	return nil
}

// secure is how TLS is spoken; nil where it is not.
func (opt serveOptions) secure() (*tls.Config, error) {
	if opt.cert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(opt.cert, opt.key)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate: %w", err)
	}
	c := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if opt.clients == "" {
		return c, nil
	}
	b, err := files.Read(opt.clients, 1<<20)
	if err != nil {
		return nil, fmt.Errorf("reading the authorities: %w", err)
	}
	c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	if !c.ClientCAs.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", opt.clients)
	}
	return c, nil
}

// endWith ends a server whose store is replaced or moved away: what it would answer
// is no longer there, and while it has the old file open nobody can safely write
// the new one.
func endWith(ctx context.Context, s *store.Store, stop context.CancelCauseFunc) {
	eachSecond(ctx, func() bool {
		err := s.Same()
		if err != nil {
			stop(err)
		}
		return err == nil
	})
}

// accessLog opens the access log, which is added to.
func (a *app) accessLog(path string) (io.Writer, error) {
	switch path {
	case "":
		return nil, nil
	case "-":
		return a.Out, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, files.Private)
	if err == nil {
		err = endLine(f)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the access log: %w", err)
	}
	return f, nil // until the program ends
}

// endLine ends the last line of a log, which breaks off where a server is killed or
// the disk is full.
func endLine(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err = f.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
		_, err = f.WriteString("\n")
	}
	return err
}
