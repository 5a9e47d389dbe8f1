package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"portsmouth"
)

// A witness is run by a delegation, an observer or a newspaper (docs/guide/witness.md): it remembers the last checkpoint of
// each record that it watches, and cosigns a later one only when that is proved to continue it (docs/spec/record.md,
// section 6). It comes to the records itself, and whoever likes may bring it checkpoints by C2SP tlog-witness.

func newWitness() *cobra.Command {
	var w witnessing
	c := &cobra.Command{
		Use:   "witness --watch URL",
		Short: "Keep an eye on public records, and cosign what continues them",
		Long: `Remember the public record of a conference, so that nobody can change what it said, the venue included. For a delegation,
an observer, a newspaper: whoever runs a witness needs nothing but a machine that is on now and then.

Every minute the witness fetches the checkpoint of each record, the few hashes that prove that nothing before was changed or
removed, and what is new. Then it cosigns: it remembers the checkpoint, signs it with the time, and sends that line to the venue, which shows
it under its own. Of a record that does not continue what it saw it signs nothing: it says so, and keeps both checkpoints, each
signed by the venue, in the folder evidence. Where the record itself declares a rupture, that is said, with the host's words.

The first start makes the key of the witness, under the name that you give it, and prints its public half. The head of a
delegation declares it on the page “Keys” of the conference, and so does an observer. Then the conference counts this witness.

The first time that it sees a record it checks all of it, and takes the key that the record names for the venue's. If you have
that key by another way, say it with --venue-key: then no other will do, and others may bring the checkpoints of that record
without your watching it.

With --once everything is looked at once, as for a timer; the exit status is 0 when all is well and 1 when anything is not. With
--listen the witness also answers those who bring it checkpoints, at /add-checkpoint (C2SP tlog-witness).`,
		Example: `  portsmouth witness --name times.example/witness                    make the key, and say what to declare
  portsmouth witness --watch https://venue.example/c/5d1f0c2a9be84d7f8a6e3b1c40f29d57/record
  portsmouth witness --once --watch https://venue.example/c/5d1f0c2a9be84d7f8a6e3b1c40f29d57/record
  portsmouth witness --listen localhost:8090 --venue-key portsmouth/…+…+…`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return w.run(c.Context(), c.OutOrStdout(), c.ErrOrStderr()) },
	}
	c.Flags().StringVar(&w.key, "key", "", "the `file` with the witness's key (default: key.pem in --data)")
	c.Flags().StringVar(&w.name, "name", "", "the `NAME` of a new witness, best an address of yours: times.example/witness")
	c.Flags().StringArrayVar(&w.watch, "watch", nil, "the `URL` of a record (…/c/ID/record); may be said again")
	c.Flags().StringArrayVar(&w.venueKeys, "venue-key", nil, "the `KEY` with which a venue signs a record, when you have it by another way: portsmouth/…+…+…")
	c.Flags().StringVar(&w.listen, "listen", "", "answer others at `HOST:PORT`")
	c.Flags().StringVar(&w.data, "data", "witness", "the `folder` in which the witness remembers: never bring back an older one")
	c.Flags().DurationVar(&w.every, "every", time.Minute, "how often to look")
	c.Flags().BoolVar(&w.once, "once", false, "look once, and end")
	c.Flags().BoolVar(&w.keep, "keep", false, "send nothing to the venue: only remember")
	c.MarkFlagsMutuallyExclusive("once", "listen")
	return c
}

// witnessing is a witness as the command line asks for it.
type witnessing struct {
	key, name, listen, data string
	watch, venueKeys        []string
	every                   time.Duration
	once, keep              bool
}

func (w witnessing) run(ctx context.Context, out, errs io.Writer) error {
	if err := w.check(); err != nil {
		return err
	}
	m, err := openMemory(w.data)
	if err != nil {
		return err
	}
	defer m.close()
	if w.key == "" {
		w.key = filepath.Join(w.data, "key.pem")
	}
	if m.witness, err = witnessOf(w.key, w.name); err != nil {
		return err
	}
	for _, key := range w.venueKeys {
		if err := m.meet(key); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "witness key: %s\n", m.witness.Verifier())
	f := &follower{memory: m, keep: w.keep, out: out, errs: errs, client: &http.Client{Timeout: time.Minute}, said: map[string]string{}, accounts: map[string]accounted{}}
	switch {
	case w.once:
		return f.round(ctx, w.watch)
	case w.listen == "" && len(w.watch) == 0:
		_, err := fmt.Fprintln(out, "Declare this key on the page “Keys” of the conference, or hand it to who does; then start the witness with --watch.")
		return err
	}
	return w.stay(ctx, f)
}

// check refuses what cannot work.
func (w witnessing) check() error {
	for _, url := range w.watch {
		if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
			return portsmouth.Invalidf("", "--watch %s: the address of a record begins with https:// or http://", url)
		}
	}
	if w.every < time.Second {
		return portsmouth.Invalidf("", "--every %s: at most once a second", w.every)
	}
	if w.once && len(w.watch) == 0 {
		return portsmouth.Invalidf("", "--once: name the records to look at with --watch")
	}
	return nil
}

// stay follows the records, and answers those who come, until ctx ends.
func (w witnessing) stay(ctx context.Context, f *follower) error {
	ended := make(chan error, 1)
	if w.listen != "" {
		listener, err := net.Listen("tcp", w.listen)
		if err != nil {
			return portsmouth.Invalidf("", "cannot listen on %s: %v; choose another with --listen HOST:PORT", w.listen, err)
		}
		server := f.memory.server(f.errs)
		defer server.Close()
		fmt.Fprintf(f.out, "listening at %s/add-checkpoint\n", originOf(w.listen, listener.Addr()))
		go func() { ended <- server.Serve(listener) }()
	}
	next := time.NewTicker(w.every)
	defer next.Stop()
	for {
		_ = f.round(ctx, w.watch) // it has said what was wrong, and looks again
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			return err
		case <-next.C:
		}
	}
}
