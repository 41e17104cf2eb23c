package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// A store may stand in a database of a PostgreSQL server (14 or newer) in place of a
// file. The package's SQL is what both understand; what differs stands in this file
// and in postgres_schema.go: how parameters are written, how the schema's version is
// kept, who may write, and what errors mean.

// IsServer reports whether a store's name is the address of a PostgreSQL server.
func IsServer(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// server reads the address of a database. A password in it would stand in the list of
// processes and in messages, so that one is refused.
func server(name string) (*pgx.ConnConfig, error) {
	if u, err := url.Parse(name); err == nil {
		_, inUser := u.User.Password()
		if inUser || u.Query().Has("password") {
			return nil, errors.New("the address of the store has a password in it, which every user of this machine can see: leave it out, and put it into the file that PGPASSFILE names (~/.pgpass), or into PGPASSWORD")
		}
	}
	config, err := pgx.ParseConfig(name)
	if err != nil {
		return nil, fmt.Errorf("the address of the store cannot be read: %w", err)
	}
	config.RuntimeParams["application_name"] = "cahoots"
	return config, nil
}

// connectServer opens a database and brings its schema up to this program's.
func (s *Store) connectServer(ctx context.Context) error {
	config, err := server(s.path)
	if err != nil {
		return err
	}
	s.served = true
	s.db = sql.OpenDB(connector{stdlib.GetConnector(*config)})
	s.db.SetMaxIdleConns(4)
	prepare := s.migrateServer
	if s.asItIs {
		prepare = s.current
	}
	if err := s.retry(ctx, func() error { return prepare(ctx) }); err != nil {
		return errors.Join(err, s.db.Close())
	}
	return nil
}

// serverHeader reads the version of the schema; application is this program's where
// there is one, and another's where the schema holds other tables.
func (s *Store) serverHeader(ctx context.Context, q queryer) (application, version int, err error) {
	var ours, tables int
	err = q.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE table_name = 'cahoots_store'), count(*) FROM information_schema.tables WHERE table_schema = current_schema()`).Scan(&ours, &tables)
	switch {
	case err != nil:
		return 0, 0, s.fail("reading the header", err)
	case ours == 0 && tables > 0:
		return 1, 0, nil
	case ours == 0:
		return 0, 0, nil
	}
	err = q.QueryRowContext(ctx, "SELECT version FROM cahoots_store").Scan(&version)
	return applicationID, version, s.fail("reading the header", err)
}

func (s *Store) migrateServer(ctx context.Context) error {
	application, version, err := s.serverHeader(ctx, s.db)
	switch {
	case err != nil:
		return err
	case application == applicationID && version == len(migrations):
		return nil
	case application == 0 && s.existing:
		return fmt.Errorf("%w at %s: run cahoots ingest first, or name another with --db", ErrNoStore, s.path)
	}
	return s.write(ctx, "the schema", func(tx *sql.Tx) error {
		application, version, err := s.serverHeader(ctx, tx)
		if err != nil {
			return err
		}
		if version > len(migrations) {
			return &NewerError{Path: s.path, Has: version, Knows: len(migrations)}
		}
		if application != 0 && application != applicationID {
			return fmt.Errorf("%s is %w but a schema with tables of another program: name another database with --db", s.path, errForeign)
		}
		for i := version; i < len(migrations); i++ {
			if _, err := tx.ExecContext(ctx, serverMigrations[i]); err != nil {
				return fmt.Errorf("migrating to schema version %d: %w", i+1, err)
			}
		}
		if version > 0 {
			s.migrated = version
		}
		_, err = tx.ExecContext(ctx, "UPDATE cahoots_store SET version = ?", len(migrations))
		return err
	})
}

// lock lets one transaction at a time write, as in a file.
func (s *Store) lock(ctx context.Context, tx *sql.Tx) error {
	var locked bool
	if err := tx.QueryRowContext(ctx, "SELECT pg_try_advisory_xact_lock(?, hashtext(current_schema()))", applicationID).Scan(&locked); err != nil {
		return s.fail("starting to write", err)
	}
	if !locked {
		return fmt.Errorf("store %s: %w; wait for it to finish, or use another one with --db", s.path, ErrBusy)
	}
	return nil
}

// serverFault turns an error of the server into one of the package.
func (s *Store) serverFault(doing string, err error) error {
	var fault *pgconn.PgError
	if !errors.As(err, &fault) {
		return fmt.Errorf("store %s: %s: %w", s.path, doing, err)
	}
	switch fault.Code {
	case "55P03", "40001", "40P01":
		return fmt.Errorf("store %s: %s: %w; wait for it to finish, or use another one with --db", s.path, doing, ErrBusy)
	case "53100":
		return s.full(doing)
	case "XX001", "XX002":
		return &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("%s: %v", doing, err)}}
	case "42501", "25006":
		return fmt.Errorf("store %s: %s: the role may not do that; docs/scale.md says which rights it needs: %w", s.path, doing, err)
	}
	return fmt.Errorf("store %s: %s: %w", s.path, doing, err)
}

// A connector opens connections that take the package's SQL.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return serverConn{conn.(*stdlib.Conn)}, nil // the only kind that it makes
}

type serverConn struct{ *stdlib.Conn }

func (c serverConn) Prepare(query string) (driver.Stmt, error) {
	return c.Conn.Prepare(inServer(query))
}

func (c serverConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.Conn.PrepareContext(ctx, inServer(query))
}

func (c serverConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.ExecContext(ctx, inServer(query), args)
}

func (c serverConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.Conn.QueryContext(ctx, inServer(query), args)
}

var hints = regexp.MustCompile(` INDEXED BY \w+`)

// inServer writes a statement as PostgreSQL has it: parameters are $1, $2 in place of
// ? and ?1, and it chooses the indexes itself. No text of the package holds a question
// mark within quotes.
func inServer(query string) string {
	query = hints.ReplaceAllString(query, "")
	if !strings.Contains(query, "?") {
		return query
	}
	b, n := make([]byte, 0, len(query)+len(query)/4), 0
	for i := range len(query) {
		if query[i] != '?' {
			b = append(b, query[i])
			continue
		}
		b = append(b, '$')
		if i+1 == len(query) || query[i+1] < '0' || query[i+1] > '9' {
			n++
			b = strconv.AppendInt(b, int64(n), 10)
		}
	}
	return string(b)
}

// snapshots begins a transaction that sees one state.
func (s *Store) snapshots() string {
	if s.served {
		return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	return "BEGIN DEFERRED"
}
