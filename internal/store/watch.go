package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"portsmouth/conference"
)

// channel is the name under which nodes tell one another; it is fixed because LISTEN takes no parameter.
const channel = "portsmouth"

const (
	watchSilence = 30 * time.Second // after so long without a word, ask whether the line still stands
	watchRetry   = time.Second      // between attempts to connect again
)

// notify tells all nodes how far each conference has come, in the transaction itself: they hear of it when it commits,
// and never otherwise.
func (s *Store) notify(ctx context.Context, tx *sql.Tx, heads map[string]int64) error {
	if !s.dialect.notifies || len(heads) == 0 {
		return nil
	}
	payloads := make([]string, 0, len(heads))
	for id, seq := range heads {
		payloads = append(payloads, id+":"+strconv.FormatInt(seq, 10))
	}
	slices.Sort(payloads)
	_, err := tx.ExecContext(ctx, `SELECT pg_notify($1, payload) FROM unnest($2::text[]) payload`, channel, payloads)
	return err
}

// Watch reports the appends of all nodes, this one's too, until ctx ends; then it closes the channel. After a lost
// connection it sends an empty Poke, since something may have been missed. On SQLite there is one node and the channel
// is nil.
func (s *Store) Watch(ctx context.Context) (<-chan conference.Poke, error) {
	if !s.dialect.notifies {
		return nil, nil
	}
	conn, err := s.listen(ctx)
	if err != nil {
		return nil, err
	}
	pokes := make(chan conference.Poke, maxBatch)
	go func() {
		defer close(pokes)
		s.watch(ctx, conn, pokes)
	}()
	return pokes, nil
}

func (s *Store) listen(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return nil, fmt.Errorf("store: watch: %w", err)
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return nil, errors.Join(fmt.Errorf("store: watch: %w", err), conn.Close(ctx))
	}
	return conn, nil
}

func (s *Store) watch(ctx context.Context, conn *pgx.Conn, pokes chan<- conference.Poke) {
	for ctx.Err() == nil {
		forward(ctx, conn, pokes)
		shutdown, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		_ = conn.Close(shutdown) // it is broken or no longer wanted; either way there is nothing to do about it
		done()
		if conn = s.listenAgain(ctx); conn == nil {
			return
		}
		send(ctx, pokes, conference.Poke{})
	}
}

// listenAgain connects anew, trying until ctx ends; then it returns nil.
func (s *Store) listenAgain(ctx context.Context) *pgx.Conn {
	for ctx.Err() == nil {
		if conn, err := s.listen(ctx); err == nil {
			return conn
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchRetry):
		}
	}
	return nil
}

// forward passes on what the connection hears until it breaks or ctx ends.
func forward(ctx context.Context, conn *pgx.Conn, pokes chan<- conference.Poke) {
	for ctx.Err() == nil {
		patience, done := context.WithTimeout(ctx, watchSilence)
		heard, err := conn.WaitForNotification(patience)
		if err != nil && patience.Err() != nil && ctx.Err() == nil {
			done()
			if conn.IsClosed() || alive(ctx, conn) != nil {
				return
			}
			continue
		}
		done()
		if err != nil {
			return
		}
		if p, ok := parsePoke(heard.Payload); ok {
			send(ctx, pokes, p)
		}
	}
}

func alive(ctx context.Context, conn *pgx.Conn) error {
	patience, done := context.WithTimeout(ctx, watchSilence)
	defer done()
	return conn.Ping(patience)
}

func send(ctx context.Context, pokes chan<- conference.Poke, p conference.Poke) {
	select {
	case pokes <- p:
	case <-ctx.Done():
	}
}

// parsePoke reads "conference:seq". The conference's id may itself hold a colon.
func parsePoke(payload string) (conference.Poke, bool) {
	i := strings.LastIndexByte(payload, ':')
	if i <= 0 {
		return conference.Poke{}, false
	}
	seq, err := strconv.ParseInt(payload[i+1:], 10, 64)
	return conference.Poke{Conference: payload[:i], Seq: seq}, err == nil
}
