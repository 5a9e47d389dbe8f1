package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"portsmouth"
	"portsmouth/internal/account"
	"portsmouth/internal/live"
	"portsmouth/internal/store"
	"portsmouth/internal/venue"
	"portsmouth/internal/web"
)

// url names the database; with make the folder is made first.
func (p *place) url(make bool) (string, error) {
	if p.database != "" {
		return p.database, nil
	}
	if make {
		if err := os.MkdirAll(p.data, 0o700); err != nil {
			return "", portsmouth.Invalidf("", "the data folder: %v", err)
		}
	}
	return filepath.Join(p.data, "portsmouth.db"), nil
}

// open opens the venue's database; with make also one that does not exist yet.
func (p *place) open(ctx context.Context, make bool) (*store.Store, error) {
	url, err := p.url(make)
	if err != nil {
		return nil, err
	}
	if p.database == "" && !make {
		if _, err := os.Stat(url); err != nil {
			return nil, portsmouth.Invalidf("", "there is no venue in %s; name its folder with --data, or its database with --database", p.data)
		}
	}
	return store.Open(ctx, url)
}

// program is a running venue: what main starts and a test can start too.
type program struct {
	store    *store.Store
	venue    *venue.Venue
	accounts *account.Service
	hub      *live.Hub
	log      *slog.Logger
	origin   string // as people type it: "http://localhost:8080"
	proxies  []netip.Prefix

	listener net.Listener
	server   *http.Server
	stop     context.CancelFunc
	ended    chan error
}

// newProgram opens the database and the port, so that what cannot work says so at once; serving begins with start.
func newProgram(ctx context.Context, p place, listen, origin string, log *slog.Logger) (*program, error) {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, portsmouth.Invalidf("", "cannot listen on %s: %v; choose another with --listen HOST:PORT", listen, err)
	}
	s, err := p.open(ctx, true)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	if origin == "" {
		origin = originOf(listen, listener.Addr())
	}
	kept, err := p.sealed(ctx, s)
	if err != nil {
		return nil, errors.Join(err, listener.Close(), s.Close())
	}
	accounts, err := account.NewService(kept, origin)
	if err != nil {
		return nil, errors.Join(err, listener.Close(), s.Close())
	}
	key, err := p.recordKey(ctx, s)
	if errors.Is(err, errOtherKey) {
		log.Warn(err.Error()) // conferences can go on; what is published meanwhile waits for its record
		err = nil
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close(), s.Close())
	}
	hub := &live.Hub{}
	return &program{
		store: s, hub: hub, accounts: accounts, log: log, origin: origin, listener: listener,
		venue: venue.New(venue.Options{Store: kept, Keys: keys(kept), Hub: hub, Log: log, RecordKey: key, Checkpoints: p.signedCheckpoints(), Cosigned: p.cosignatures()}),
	}, nil
}

// originOf is what a browser on this machine types. Passkeys need a name, so a loopback address is called localhost.
func originOf(listen string, addr net.Addr) string {
	host, _, _ := net.SplitHostPort(listen)
	_, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// start serves until close, or until ctx ends. Zone is the venue's own, whose time stands beside deadlines.
func (p *program) start(ctx context.Context, demo web.Demonstration, zone *time.Location) error {
	handler, err := web.New(web.Options{
		Venue: p.venue, Accounts: p.accounts, Origin: p.origin, Demo: demo, Zone: zone, Log: p.log,
		Version: version(), WhatIfs: whatIfsOf(demo), Proxies: p.proxies,
	})
	if err != nil {
		return err
	}
	if err := p.venue.BeginRecords(ctx); err != nil {
		return err
	}
	ctx, p.stop = context.WithCancel(ctx)
	p.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelWarn),
	}
	p.ended = make(chan error, 2)
	go p.sweep(ctx)
	go func() { p.ended <- p.venue.Run(ctx) }()
	go func() { p.ended <- p.server.Serve(p.listener) }()
	return nil
}

// sweep removes what has expired, sessions and links back, now and every hour.
func (p *program) sweep(ctx context.Context) {
	hourly := time.NewTicker(time.Hour)
	defer hourly.Stop()
	for {
		if err := p.accounts.Sweep(ctx); err != nil && ctx.Err() == nil {
			p.log.Error("what has expired could not be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-hourly.C:
		}
	}
}

// wait returns when the program has ended: by the end of ctx (then nil) or by an error.
func (p *program) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return p.close()
	case err := <-p.ended:
		return errors.Join(err, p.close())
	}
}

// close ends what was started: streams first, then requests under way, then the database.
func (p *program) close() error {
	var errs []error
	if p.stop != nil {
		p.stop()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		errs = append(errs, p.server.Shutdown(ctx))
	} else {
		errs = append(errs, p.listener.Close())
	}
	return errors.Join(append(errs, p.store.Close())...)
}

// newLog writes what operators need to standard error: no person, no conference, no content.
func newLog(errs interface{ Write([]byte) (int, error) }) *slog.Logger {
	return slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// link is where a path of the venue is.
func (p *program) link(format string, args ...any) string {
	return strings.TrimSuffix(p.origin, "/") + fmt.Sprintf(format, args...)
}
