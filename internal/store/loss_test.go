package store_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/lock"
	"portsmouth/internal/store"
	"portsmouth/internal/store/pgtest"
	"portsmouth/internal/vault"
	"portsmouth/internal/venue"
	"portsmouth/record"
)

// The loss tests: an act that was acknowledged is there after a crash, of the program (loss_kill_test.go) or of the machine
// (loss_power_test.go), and what is sent again counts once (loss_retry_test.go). A child process, which is this test binary
// started again, opens the database as the venue does, with vault and record key, and acts; the parent takes it down and
// judges what is left. Each test has a short form for every day and, with PORTSMOUTH_LONG=1, a long one.

const (
	lossDatabase = "PORTSMOUTH_LOSS_DATABASE" // makes this process a child that acts on this file
	lossSteps    = "PORTSMOUTH_LOSS_STEPS"    // the child takes the first so many steps of lossStep; without it, it reads its work
	lossNormal   = "PORTSMOUTH_LOSS_NORMAL"   // the child does not wait for the disk
	lossLong     = "PORTSMOUTH_LONG"
	lossID       = "loss" // the conference
)

// childOrTests runs the tests, or acts when this process is a child.
func childOrTests(m *testing.M) {
	if path := os.Getenv(lossDatabase); path != "" {
		if err := lossChild(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	pgtest.Main(m)
}

// lossLength is how long a run is.
func lossLength(short, long int) int {
	if os.Getenv(lossLong) != "" {
		return long
	}
	return short
}

// lossAmount is how much a test does: less with -short, and under the race detector, which makes a database of this kind ten
// times slower; ./check runs these tests once more without it.
func lossAmount(short, long int) int {
	if testing.Short() || raceDetector {
		short /= 4
	}
	return lossLength(short, long)
}

// lossVenue is a venue over one file, put together as the program does it.
type lossVenue struct {
	*venue.Venue
	below *store.Store
}

func lossOpen(ctx context.Context, path string) (*lossVenue, error) {
	s, err := store.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	sealed, err := vault.Open(ctx, s, vault.Key{1})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	key, err := record.NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize)))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &lossVenue{venue.New(venue.Options{Store: sealed, Keys: sealed, RecordKey: key}), s}, nil
}

// lossChild acts on a database and writes every receipt to standard output. Of the steps, those whose receipts come in on
// standard input have been acknowledged to an earlier child.
func lossChild(path string) error {
	ctx := context.Background()
	v, err := lossOpen(ctx, path)
	if err != nil {
		return err
	}
	// The log is moved into the database often, so that crashes meet that too.
	if err := v.below.Tamper(ctx, "PRAGMA wal_autocheckpoint = 40"); err != nil {
		return err
	}
	if os.Getenv(lossNormal) != "" {
		if err := v.below.Tamper(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
			return err
		}
	}
	if os.Getenv(lossSteps) == "" {
		return errors.Join(lossWork(ctx, v), v.below.Close())
	}
	steps, err := strconv.Atoi(os.Getenv(lossSteps))
	if err != nil {
		return err
	}
	known, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	before, err := lossReceipts(known)
	if err != nil {
		return err
	}
	for len(before) < steps {
		receipt, err := v.Do(ctx, lossStep(before))
		if err != nil {
			return fmt.Errorf("step %d: %w", len(before), err)
		}
		line, err := json.Marshal(receipt)
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", line) // one write, so a receipt is given whole or not at all
		before = append(before, receipt)
	}
	return v.below.Close()
}

// lossStep is the step that follows on those before it: the conference is convened under rules by which the public knows of
// it, then the rooms fill and communiqués are agreed. The same receipts always give the same step.
func lossStep(before []venue.Receipt) venue.Request {
	n := len(before)
	r := venue.Request{Conference: lossID, Key: fmt.Sprint("step ", n), Seen: -1}
	r.Person, r.Command = lossConvening(n)
	if _, accepts := r.Command.(conference.AcceptInvitation); accepts {
		r.Invitation = before[n-3].Act
	}
	if r.Command != nil {
		return r
	}
	if n >= lossLocked && n < lossLocked+len(lossReaders) {
		r.Person = lossReaders[n-lossLocked]
		r.Command = conference.DeclareKey{Purpose: conference.KeyRoom, Key: lossPublic(r.Person)}
		return r
	}
	text := fmt.Sprint("Said in step ", n)
	switch n % 6 {
	case 0:
		r.Person, r.Command = "ada", conference.Speak{Room: "plenary", Text: text}
	case 1:
		r.Person, r.Command = "bo", conference.Speak{Room: "caucus", Text: text}
	case 2:
		r.Person, r.Command = "mo", conference.ProposeCommunique{Text: portsmouth.Text{"en": text}}
	case 3:
		r.Person, r.Command = "ada", conference.AgreeCommunique{Communique: before[n-1].Act}
	case 4:
		r.Person, r.Command = "bo", conference.AgreeCommunique{Communique: before[n-2].Act}
	default:
		r.Person, r.Command = "ada", conference.Speak{Room: "delegation", Text: text}
	}
	return r
}

// lossLocked is the step from which on all declare their reading keys, in the place of a communiqué: then the private rooms are
// locked, with what was said in them.
const lossLocked = 20

var lossReaders = []string{"ada", "bo", "mo"}

func lossSecret(person string) (s lock.Secret) {
	copy(s[:], person)
	return s
}

func lossPublic(person string) string {
	pair, err := lossSecret(person).Pair(lossID)
	if err != nil {
		panic(err) // of a constant
	}
	return base64.StdEncoding.EncodeToString(pair.Public())
}

// checkWords wants what was said in private to be open to who has unlocked, and, once all have keys, to nobody else.
func (v *lossVenue) checkWords(ctx context.Context) error {
	for _, person := range []string{"ada", "bo"} {
		locked, err := v.Look(ctx, lossID, person)
		if portsmouth.KindOf(err) == portsmouth.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		unlocked, err := v.Look(lock.With(ctx, lossSecret(person)), lossID, person)
		if err != nil {
			return err
		}
		all := len(locked.KeysHeld(conference.KeyRoom)) == len(lossReaders)
		for k, s := range unlocked.Statements {
			private := s.Room != conference.ToPlenary
			if s.Text == "" || (locked.Statements[k].Locked != nil) != (all && private) && s.Room.Kind() == "caucus" {
				return fmt.Errorf("what was said by %s in %s cannot be read, or by all: all have keys: %t", s.By, s.Room, all)
			}
		}
	}
	return nil
}

// lossConvened is the number of steps that convene; the next one proposes a communiqué.
const lossConvened = 14

// lossConvening returns step n of the convening, nil after its end.
func lossConvening(n int) (string, conference.Command) {
	rules := conference.DefaultRules([]string{"en"})
	rules.FullPowers = false
	rules.Publicity.Listed, rules.Publicity.Communiques = true, true
	name := func(s string) portsmouth.Text { return portsmouth.Text{"en": s} }
	steps := []struct {
		person string
		act    conference.Command
	}{
		{"convener", conference.Found{
			Conference: lossID, Title: name("Kept"), Languages: []string{"en"}, Mediated: true,
			Parties: []portsmouth.Party{{ID: "east", Name: name("East")}, {ID: "west", Name: name("West")}},
		}},
		{"convener", conference.Invite{Party: "east", Role: portsmouth.Head}},
		{"convener", conference.Invite{Party: "west", Role: portsmouth.Head}},
		{"convener", conference.Invite{Role: portsmouth.Mediator}},
		{"ada", conference.AcceptInvitation{Name: "Ada"}},
		{"bo", conference.AcceptInvitation{Name: "Bo"}},
		{"mo", conference.AcceptInvitation{Name: "Mo"}},
		{"convener", conference.ProposeRules{Rules: rules}},
		{"ada", conference.AcceptRules{Version: 1}},
		{"bo", conference.AcceptRules{Version: 1}},
		{"mo", conference.AcceptRules{Version: 1}},
		{"ada", conference.Speak{Room: "plenary", Text: "We are here."}},
		{"bo", conference.Speak{Room: "plenary", Text: "So are we."}},
		{"mo", conference.Speak{Room: "plenary", Text: "Then let us begin."}},
	}
	if n >= len(steps) {
		return "", nil
	}
	return steps[n].person, steps[n].act
}
